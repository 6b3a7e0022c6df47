import { METRIC_FACTS, type MetricId } from '../protocol/metrics.js';
import type { Estimate, MetricTable } from './metricTable.js';
import type { ReportLayer } from './report.js';

/** How good the maps of a layer are, compared with the other layers' of the same method. */
export interface LayerAdvice {
  readonly layer: ReportLayer;
  /** Mean place among the layers over the metrics, 1 being the best; layers whose intervals overlap share theirs. */
  readonly place: number;
  /** What speaks for it and what against it, the metrics in which it is among the best or the worst. */
  readonly best: readonly Judged[];
  readonly worst: readonly Judged[];
}

export interface Judged {
  readonly metric: MetricId;
  readonly estimate: Estimate;
}

/**
 * The layers, the best first: by their mean place in all metrics that say what is better.
 * @param method the column of the tables
 */
export function adviseLayers(tables: readonly MetricTable[], method: number): readonly LayerAdvice[] {
  const rankings = tables.flatMap((table) => rankingOf(table, method));
  const layers = tables[0]?.rows.map(({ layer }) => layer) ?? [];
  return layers
    .map((layer, index): LayerAdvice => {
      const judged = rankings.map(({ metric, places, estimates, last }) => ({
        metric,
        place: places[index] ?? last,
        last,
        estimate: estimates[index] ?? null,
      }));
      const where = (isSo: (place: number, last: number) => boolean): readonly Judged[] =>
        judged.flatMap(({ metric, estimate, place, last }) =>
          estimate !== null && last > 1 && isSo(place, last) ? [{ metric, estimate }] : [],
        );
      return {
        layer,
        place: judged.reduce((sum, { place }) => sum + place, 0) / Math.max(1, judged.length),
        best: where((place) => place === 1),
        worst: where((place, last) => place === last),
      };
    })
    .sort((a, b) => a.place - b.place);
}

interface Ranking {
  readonly metric: MetricId;
  readonly places: readonly number[];
  readonly estimates: readonly (Estimate | null)[];
  /** The worst place; 1 where no layer is told from another. */
  readonly last: number;
}

function rankingOf({ metric, objects, rows }: MetricTable, method: number): readonly Ranking[] {
  const { better } = METRIC_FACTS[metric];
  const estimates = rows.map(({ cells }) => cells[method] ?? null);
  if (better === null || objects !== null || estimates.every((estimate) => estimate === null)) return [];
  const isBetter = (a: Estimate, b: Estimate): boolean =>
    better === 'higher' ? a.low > b.high : a.high < b.low;
  const places = estimates.map((one) =>
    one === null
      ? estimates.length
      : 1 + estimates.filter((other) => other !== null && isBetter(other, one)).length,
  );
  return [{ metric, places, estimates, last: Math.max(...places) }];
}
