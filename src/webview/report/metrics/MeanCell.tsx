import type { VNode } from 'preact';
import type { Difference } from '../../../evaluation/compare.js';
import { intervalText, metricText } from '../../../evaluation/export/numbers.js';
import type { Estimate } from '../../../evaluation/metricTable.js';
import type { MetricId } from '../../../protocol/metrics.js';
import { counted, fill } from '../../common/format.js';
import { useReport } from '../state/report.js';
import { judge } from './judge.js';

export interface MeanCellProps {
  readonly metric: MetricId;
  readonly cell: Estimate | null;
  /** Whether no other method's mean is better at this layer. */
  readonly best: boolean;
  /** To the other report. */
  readonly difference: Difference | undefined;
}

/** A mean with its interval, and how it differs from that of another report. */
export function MeanCell({ metric, cell, best, difference }: MeanCellProps): VNode {
  const { strings } = useReport();
  if (!cell)
    return (
      <td title={strings.reportUndefined}>
        –<span class="spoken"> {strings.reportUndefined}</span>
      </td>
    );
  return (
    <td title={counted(cell.n, strings.reportCellOne, strings.reportCell)}>
      <span class={best ? 'report-mean best' : 'report-mean'}>
        {metricText(cell.mean, metric)}
        {best && <span class="spoken"> {strings.reportBest}</span>}
      </span>
      <span class="report-interval"> {intervalText(cell, metric)}</span>
      {difference && <Change difference={difference} />}
    </td>
  );
}

function Change({ difference: { metric, difference } }: { readonly difference: Difference }): VNode {
  const { other, strings } = useReport();
  const verdict = judge(metric, difference);
  const names = {
    better: strings.reportBetter,
    worse: strings.reportWorse,
    higher: strings.reportHigherNow,
    lower: strings.reportLowerNow,
    unclear: strings.reportUnclear,
  };
  const sign = difference.mean > 0 ? '+' : '';
  return (
    <span
      class={`report-change ${verdict}`}
      title={fill(strings.reportComparedHint, { name: other?.name ?? '', n: difference.n })}
    >
      {sign}
      {metricText(difference.mean, metric)} {names[verdict]}
      <span class="report-interval"> {intervalText(difference, metric)}</span>
    </span>
  );
}
