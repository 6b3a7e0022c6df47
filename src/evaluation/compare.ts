import type { MethodId } from '../protocol/methods.js';
import type { MetricId } from '../protocol/metrics.js';
import { bootstrap } from './bootstrap.js';
import { countedPictures, plannedSelection } from './counted.js';
import type { Estimate } from './metricTable.js';
import type { EvaluationReport, ReportLayer, ReportPicture } from './report.js';

/** How a metric of a method at a layer differs between two reports. */
export interface Difference {
  readonly metric: MetricId;
  readonly method: MethodId;
  /** As the later report has it. */
  readonly layer: ReportLayer;
  /** Means over the pictures that both have, and of their differences, later − earlier; not multiplied by the metric's factor. */
  readonly earlier: Estimate;
  readonly later: Estimate;
  readonly difference: Estimate;
}

/**
 * Two reports, picture by picture: what both measured, over the pictures that count in both. Layers are the same where
 * their tensors are, or else where their names are.
 */
export function compareReports(earlier: EvaluationReport, later: EvaluationReport): readonly Difference[] {
  const pairs = pairsOf(earlier, later);
  const cells = cellsOf(earlier, later);
  const columns = cells.map(({ before, after }) =>
    pairs.map((pair) => {
      const [old, now] = [valueAt(pair.earlier, before), valueAt(pair.later, after)];
      return old === null || now === null ? null : { old, now, change: now - old };
    }),
  );
  const means = (['old', 'now', 'change'] as const).map((name) =>
    bootstrap(
      columns.map((column) => column.map((pair) => pair?.[name] ?? null)),
      later.plan.seed,
    ),
  );
  return cells.flatMap(({ metric, method, layer }, place): readonly Difference[] => {
    const [old, now, change] = means.map((estimates) => estimates[place] ?? null);
    if (old == null || now == null || change == null) return [];
    return [{ metric, method, layer, earlier: old, later: now, difference: change }];
  });
}

interface Pair {
  readonly earlier: ReportPicture;
  readonly later: ReportPicture;
}

function pairsOf(earlier: EvaluationReport, later: EvaluationReport): readonly Pair[] {
  const counted = countedPictures(earlier, plannedSelection(earlier));
  const byFile = new Map(counted.map((picture) => [picture.file, picture]));
  return countedPictures(later, plannedSelection(later)).flatMap((picture) => {
    const other = byFile.get(picture.file);
    return other === undefined ? [] : [{ earlier: other, later: picture }];
  });
}

/** Indices of method, layer and metric in a plan. */
type Place = readonly [method: number, layer: number, metric: number];

interface Cell extends Pick<Difference, 'metric' | 'method' | 'layer'> {
  readonly before: Place;
  readonly after: Place;
}

/** What both reports measured, by metric, layer and method. */
function cellsOf({ plan: earlier }: EvaluationReport, { plan: later }: EvaluationReport): readonly Cell[] {
  return later.metrics.flatMap((metric, k) =>
    later.layers.flatMap((layer, j) =>
      later.methods.flatMap((method, i): readonly Cell[] => {
        const sameTensor = earlier.layers.findIndex(({ tensor }) => tensor === layer.tensor);
        const sameLabel = earlier.layers.findIndex(({ label }) => label === layer.label);
        const before = [
          earlier.methods.indexOf(method),
          sameTensor >= 0 ? sameTensor : sameLabel,
          earlier.metrics.indexOf(metric),
        ] as const;
        return before.includes(-1) ? [] : [{ metric, method, layer, before, after: [i, j, k] }];
      }),
    ),
  );
}

function valueAt({ values }: ReportPicture, [method, layer, metric]: Place): number | null {
  return values[method]?.[layer]?.[metric] ?? null;
}
