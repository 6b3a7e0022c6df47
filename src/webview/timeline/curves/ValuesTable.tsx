import type { VNode } from 'preact';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import type { StepValues } from '../values/series.js';
import type { RunSeries } from './runSeries.js';

/** The numbers behind the curves, to be read one by one. */
export function ValuesTable({ series }: { readonly series: readonly RunSeries[] }): VNode {
  const { timeline, strings, classValue } = useTimeline();
  const value = (number: number | null): string => (number === null ? '–' : formatValue(number));
  const columns: readonly (readonly [string, (values: StepValues) => string])[] = [
    [strings.timelinePredicted, ({ predicted }) => `${predicted.label} ${classValue(predicted)}`],
    [strings.timelineColumnProbability, ({ target }) => classValue(target)],
    [strings.timelineColumnLogit, ({ target }) => formatValue(target.logit)],
    [strings.timelineWithLast, ({ withLast }) => value(withLast)],
    [strings.timelinePinned, ({ withPinned }) => value(withPinned)],
    ['Hoyer', ({ hoyer }) => value(hoyer)],
    ...(timeline.method === 'lrp'
      ? [[strings.conserved, ({ relevanceSum }: StepValues) => value(relevanceSum)] as const]
      : []),
    ['IoU', ({ iou }) => value(iou)],
    [strings.timelineTop, ({ top }) => topText(top, strings.channel)],
  ];
  return (
    <details class="values-table">
      <summary>{strings.timelineTable}</summary>
      {series.map(({ run, values }) => (
        <table key={run.id}>
          {series.length > 1 && <caption>{run.name}</caption>}
          <thead>
            <tr>
              <td />
              {columns.map(([name]) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map((one) => (
              <tr key={one.checkpoint.id}>
                <th scope="row" title={one.checkpoint.name}>
                  {stepText(run.unit, one.checkpoint.step, strings)}
                </th>
                {columns.map(([name, text]) => (
                  <td key={name} class="number">
                    {text(one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </details>
  );
}

/** Those that entered with a plus, those that left with a minus. */
function topText(top: StepValues['top'], text: string): string {
  if (!top) return '–';
  const name = (channel: number): string => fill(text, { channel });
  return [
    ...top.now.map(({ channel, entered }) => `${entered ? '+' : ''}${name(channel)}`),
    ...top.left.map((channel) => `−${name(channel)}`),
  ].join(' ');
}
