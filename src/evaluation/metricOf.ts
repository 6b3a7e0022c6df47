import { METRICS, type MetricId } from '../protocol/metrics.js';
import { EvaluationError } from './failure.js';

/** A metric by its name. @throws noMetric */
export function metricOf(name: string): MetricId {
  const metric = METRICS.find((id) => id === name.toLowerCase());
  if (metric === undefined) throw new EvaluationError('noMetric', { name, metrics: METRICS.join(', ') });
  return metric;
}
