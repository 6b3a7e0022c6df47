import type { VNode } from 'preact';
import { TIMELINE_TOP } from '../../../protocol/timeline.js';
import { fill } from '../../common/format.js';
import { useTimeline } from '../state/timeline.js';
import { MOST_COLUMNS } from '../state/wanted.js';
import { thinned } from '../values/steps.js';
import type { StepValues } from '../values/series.js';
import type { RunSeries } from './runSeries.js';

export interface TopStripProps {
  readonly series: readonly RunSeries[];
  /** The checkpoint chosen. */
  readonly step: number;
}

/** Which three channels weigh most at each checkpoint: heaviest on top, a plus where one is new among them. */
export function TopStrip({ series, step }: TopStripProps): VNode {
  const { strings } = useTimeline();
  return (
    <figure class="curve">
      <figcaption title={strings.timelineTopHint}>{strings.timelineTop}</figcaption>
      {series.map(({ run, values }) => (
        <table key={run.id} class="top-strip">
          {series.length > 1 && <caption>{run.name}</caption>}
          <tbody>
            {Array.from({ length: TIMELINE_TOP }, (_, rank) => (
              <tr key={rank}>
                {shown(values).map(({ checkpoint, top }) => {
                  const channel = top?.now[rank];
                  return (
                    <td
                      key={checkpoint.id}
                      class={`${checkpoint.step === step ? 'now' : ''}${channel?.entered ? ' entered' : ''}`}
                    >
                      {channel && (
                        <>
                          {channel.entered && (
                            <span role="img" aria-label={strings.timelineEntered}>
                              +
                            </span>
                          )}
                          {fill(strings.channel, { channel: channel.channel })}
                        </>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              {shown(values).map(({ checkpoint }) => (
                <th key={checkpoint.id} scope="col" class={checkpoint.step === step ? 'now' : ''}>
                  {checkpoint.step}
                </th>
              ))}
            </tr>
          </tfoot>
        </table>
      ))}
    </figure>
  );
}

function shown(values: readonly StepValues[]): readonly StepValues[] {
  const steps = thinned(
    values.map(({ checkpoint }) => checkpoint.step),
    MOST_COLUMNS,
  );
  return values.filter(({ checkpoint }) => steps.includes(checkpoint.step));
}
