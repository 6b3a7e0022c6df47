import { METRIC_FACTS, type MetricId } from '../../protocol/metrics.js';
import { METRIC_NAMES } from '../../protocol/metricTexts.js';
import { withMinus } from '../../protocol/numbers.js';
import type { Estimate } from '../metricTable.js';

/** A metric's value as tables have it: percentages with one decimal, the rest with three. */
export function metricText(value: number, metric: MetricId): string {
  const { factor } = METRIC_FACTS[metric];
  const text = (value * factor).toFixed(factor === 100 ? 1 : 3);
  // What rounds to zero has no sign.
  return withMinus(Number(text) === 0 ? text.replace('-', '') : text);
}

/** The ends of the interval, as `12.1–15.8`; with spaces where one of them has a sign. */
export function intervalText({ low, high }: Pick<Estimate, 'low' | 'high'>, metric: MetricId): string {
  const [from, to] = [metricText(low, metric), metricText(high, metric)];
  return `${from}${(from + to).includes('−') ? ' – ' : '–'}${to}`;
}

/** The name with the unit, as `Average drop (%)`. @param name in the reader's language */
export function metricTitle(metric: MetricId, name: string = METRIC_NAMES[metric]): string {
  return METRIC_FACTS[metric].factor === 100 ? `${name} (%)` : name;
}
