import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { weightShares } from '../../../heatmap/weights.js';
import { formatValue } from '../../../protocol/numbers.js';
import { muchByRounding } from '../../../protocol/roundingNote.js';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { Thumbnail } from '../../common/Thumbnail.js';
import { usePage } from '../../state/page.js';
import { currentPath, gridOf } from '../../state/selectors.js';
import { ExcitingPictures } from '../shared/ExcitingPictures.js';

export interface WeightsProps {
  readonly layer: LayerExplanation;
  /** The layer's. */
  readonly weights: Float32Array;
}

/**
 * The heaviest channels of the chosen layer, no more than are set even where a view has asked for all of them; a click
 * shows one's activation over the picture, another the map again.
 */
export function TopChannels({ layer, weights }: WeightsProps): VNode {
  const { state, strings, topChannels, percent, dispatch } = usePage();
  const undecided = muchByRounding(layer);
  const shares = useMemo(() => weightShares(weights), [weights]);
  return (
    <Section
      title={strings.topChannels}
      note={fill(strings.ofLayer, { layer: currentPath(state) ?? layer.tensor })}
    >
      {undecided !== null && (
        <p class="side-line" role="note">
          {fill(strings.byRounding, { share: percent(undecided) })}
        </p>
      )}
      <ul class="channels">
        {layer.top.slice(0, topChannels).map(({ channel, weight, activation }) => {
          const shown = channel === state.channel;
          const share = percent(shares[channel] ?? 0);
          const hint = fill(strings.showChannel, { channel, weight: formatValue(weight), share });
          return (
            <li key={channel}>
              <button
                type="button"
                class="channel"
                aria-pressed={shown}
                title={hint}
                onClick={() => {
                  dispatch({ type: 'channel', channel: shown ? null : channel });
                }}
              >
                <Thumbnail
                  grid={gridOf(layer, activation)}
                  display={state.display}
                  scale={signedExtentOf(activation)}
                />
                <span class="channel-name">{fill(strings.channel, { channel })}</span>
                <span class="channel-note" title={strings.shareHint}>
                  {share}
                </span>
                <span class="channel-note" title={strings.weightHint}>
                  {fill(strings.channelWeight, { weight: formatValue(weight) })}
                </span>
              </button>
              <ExcitingPictures tensor={layer.tensor} channel={channel} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
