import type { Estimate } from '../../../evaluation/metricTable.js';
import { METRIC_FACTS, type MetricId } from '../../../protocol/metrics.js';

export type Verdict = 'better' | 'worse' | 'higher' | 'lower' | 'unclear';

/** What a difference says: nothing as long as its interval holds 0. */
export function judge(metric: MetricId, { low, high }: Pick<Estimate, 'low' | 'high'>): Verdict {
  if (low <= 0 && high >= 0) return 'unclear';
  const direction = low > 0 ? 'higher' : 'lower';
  const { better } = METRIC_FACTS[metric];
  if (better === null) return direction;
  return better === direction ? 'better' : 'worse';
}
