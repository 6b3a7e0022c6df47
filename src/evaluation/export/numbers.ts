import { METRIC_FACTS, type MetricId } from '../../protocol/metrics.js';
import { METRIC_NAMES, OBJECT_NOTES } from '../../protocol/metricTexts.js';
import { withMinus } from '../../protocol/numbers.js';
import type { Estimate, MetricTable } from '../metricTable.js';

const TITLE_TEXTS = { ...METRIC_NAMES, ...OBJECT_NOTES };

/** A metric's value as tables have it: percentages with one decimal, the rest with three. */
export function metricText(value: number, metric: MetricId): string {
  const { factor } = METRIC_FACTS[metric];
  const text = (value * factor).toFixed(factor === 100 ? 1 : 3);
  // What rounds to zero has no sign.
  return withMinus(Number(text) === 0 ? text.replace('-', '') : text);
}

/** The same where no title has the unit, as `12.3%`. */
export function metricValueText(value: number, metric: MetricId): string {
  return `${metricText(value, metric)}${METRIC_FACTS[metric].factor === 100 ? '%' : ''}`;
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

/** What a table is of, as `IoU, objects under 30% of the picture`. @param texts in the reader's language */
export function tableTitle(
  { metric, objects }: Pick<MetricTable, 'metric' | 'objects'>,
  texts: Readonly<Record<keyof typeof TITLE_TEXTS, string>> = TITLE_TEXTS,
): string {
  const title = metricTitle(metric, texts[metric]);
  return objects === null ? title : `${title}, ${texts[`${objects} objects`]}`;
}
