import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { Checkpoint, TimelineLayer } from '../../../protocol/timeline.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import type { KnownResult } from '../state/results.js';
import { useTimeline } from '../state/timeline.js';
import { topChange } from '../values/topChannels.js';

export interface CheckpointFactsProps {
  readonly checkpoint: Checkpoint;
  readonly result: KnownResult;
  /** null where there is no map. */
  readonly layer: TimelineLayer | null;
  /** What it is compared with. */
  readonly other: TimelineLayer | null;
}

/** What the checkpoint predicts, and by which channels. */
export function CheckpointFacts({ checkpoint, result, layer, other }: CheckpointFactsProps): VNode {
  const { timeline, strings, classValue, post } = useTimeline();
  const { predicted, target, picture } = result;
  const { label: method, weighsChannels } = METHOD_FACTS[timeline.method];
  return (
    <div class="facts">
      <p>
        <strong>
          {fill(strings.timelinePredicts, {
            label: predicted.label,
            probability: classValue(predicted),
          })}
        </strong>
        <span class="quiet number">
          {' · '}
          {predicted.index === target.index
            ? fill(strings.timelineLogitValue, { logit: formatValue(target.logit) })
            : fill(strings.timelineTarget, {
                label: target.label,
                probability: classValue(target),
                logit: formatValue(target.logit),
              })}
        </span>
      </p>
      {layer &&
        (weighsChannels ? (
          <TopLine layer={layer} other={other} />
        ) : (
          <p class="quiet">{fill(strings.timelineNoTop, { method })}</p>
        ))}
      <button
        type="button"
        class="link"
        title={checkpoint.name}
        onClick={() => {
          post({ type: 'openCheckpoint', checkpoint: checkpoint.id, picture });
        }}
      >
        {strings.timelineOpen}
      </button>
    </div>
  );
}

interface TopLineProps {
  readonly layer: TimelineLayer;
  readonly other: TimelineLayer | null;
}

/** The heaviest channels: new ones marked with a plus, those that went named at the end. */
function TopLine({ layer, other }: TopLineProps): VNode {
  const { strings } = useTimeline();
  const { now, left } = topChange(layer.top, other?.top ?? null);
  return (
    <p class="top-line">
      <span class="quiet">{strings.timelineTop}</span>{' '}
      {now.map(({ channel, weight, entered }) => (
        <span
          key={channel}
          class={entered ? 'top-channel entered' : 'top-channel'}
          title={`${fill(strings.channelWeight, { weight: formatValue(weight) })}${entered ? `, ${strings.timelineEntered}` : ''}`}
        >
          {entered && (
            <span role="img" aria-label={strings.timelineEntered}>
              +
            </span>
          )}
          {fill(strings.channel, { channel })}
        </span>
      ))}
      {left.length > 0 && (
        <span class="quiet">
          {fill(strings.timelineLeft, {
            channels: left.map((channel) => fill(strings.channel, { channel })).join(', '),
          })}
        </span>
      )}
    </p>
  );
}
