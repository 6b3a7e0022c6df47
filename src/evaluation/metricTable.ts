import { METRIC_FACTS, type MetricId, type ObjectSize } from '../protocol/metrics.js';
import type { MethodId } from '../protocol/methods.js';
import type { ReportLayer } from './report.js';

/** A mean with its 95 % interval, not multiplied by the metric's factor. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** How many pictures it is the mean of. */
  readonly n: number;
}

/** One metric as papers print it: a row for each layer, a column for each method. */
export interface MetricTable {
  readonly metric: MetricId;
  /** Those whose pictures alone are counted; null for all. */
  readonly objects: ObjectSize | null;
  readonly methods: readonly MethodId[];
  /** Shallow to deep. */
  readonly rows: readonly MetricRow[];
}

export interface MetricRow {
  readonly layer: ReportLayer;
  /** One for each method; null where the metric is defined for no picture. */
  readonly cells: readonly (Estimate | null)[];
}

/** Whether each cell of a row has the row's best mean; none where the metric says nothing of better or worse, or all are the same. */
export function bestOf({ metric }: Pick<MetricTable, 'metric'>, { cells }: MetricRow): readonly boolean[] {
  const { better } = METRIC_FACTS[metric];
  const means = cells.flatMap((cell) => cell?.mean ?? []);
  if (better === null || new Set(means).size < 2) return cells.map(() => false);
  const best = better === 'higher' ? Math.max(...means) : Math.min(...means);
  return cells.map((cell) => cell?.mean === best);
}
