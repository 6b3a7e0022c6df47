import { METRIC_FACTS } from '../protocol/metrics.js';
import { countedPictures, plannedSelection, type Selection } from './counted.js';
import type { EvaluationReport, ReportPicture } from './report.js';

/** Places in the plan's lists. */
export interface Cell {
  readonly method: number;
  readonly layer: number;
  readonly metric: number;
}

export interface Ranked {
  readonly picture: ReportPicture;
  /** Not multiplied by the metric's factor. */
  readonly value: number;
}

/** The pictures that count for a mean, the best first; those of the highest value where none is better. */
export function ranked(
  report: EvaluationReport,
  { method, layer, metric }: Cell,
  selection: Selection = plannedSelection(report),
): readonly Ranked[] {
  const id = report.plan.metrics[metric];
  const sign = id !== undefined && METRIC_FACTS[id].better === 'lower' ? 1 : -1;
  return countedPictures(report, selection)
    .flatMap((picture): readonly Ranked[] => {
      const value = picture.values[method]?.[layer]?.[metric] ?? null;
      return value === null ? [] : [{ picture, value }];
    })
    .sort((a, b) => sign * (a.value - b.value));
}
