import type { MetricRow, MetricTable } from '../../../evaluation/metricTable.js';
import type { MethodId } from '../../../protocol/methods.js';
import { METRIC_FACTS } from '../../../protocol/metrics.js';
import { BY_DEPTH, type Sort } from '../state/choice.js';

/** The rows as the sort says; where means are the same, or there are none, by depth, those without a mean last. */
export function sortedRows(
  { methods, rows }: MetricTable,
  { method, descending }: Sort,
): readonly MetricRow[] {
  if (method === null) return descending ? rows.toReversed() : rows;
  const column = methods.indexOf(method);
  const meanOf = ({ cells }: MetricRow): number | null => cells[column]?.mean ?? null;
  return rows.toSorted((a, b) => {
    const [first, second] = [meanOf(a), meanOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return descending ? second - first : first - second;
  });
}

/** What a click on a column's head sorts by: what is better first, or shallow layers; then the other way round. */
export function sortAfter(
  { metric }: Pick<MetricTable, 'metric'>,
  sort: Sort,
  method: MethodId | null,
): Sort {
  if (sort.method === method) return { method, descending: !sort.descending };
  return method === null ? BY_DEPTH : { method, descending: METRIC_FACTS[metric].better !== 'lower' };
}
