import type { VNode } from 'preact';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import { usePage } from '../../state/page.js';
import { ExcitingPictures } from '../shared/ExcitingPictures.js';
import type { ChannelChoice, ChosenChannel } from './choice.js';
import { NumberField } from './NumberField.js';

export interface ChannelPickerProps {
  readonly layer: LayerExplanation;
  readonly chosen: ChosenChannel;
  readonly onChoose: (choice: ChannelChoice) => void;
}

/** Which channel, by number or by rank; the arrows go by rank where there is one. */
export function ChannelPicker({ layer: { tensor, channels }, chosen, onChoose }: ChannelPickerProps): VNode {
  const { strings } = usePage();
  const { channel, rank } = chosen;
  const step = (by: number): ChannelChoice =>
    rank === null ? { by: 'number', value: channel + by } : { by: 'rank', value: rank + by };
  const place = rank === null ? channel : rank - 1;
  return (
    <div class="channel-picker">
      <NumberField
        label={strings.channelNumber}
        value={channel}
        min={0}
        max={channels - 1}
        note=""
        onChange={(value) => {
          onChoose({ by: 'number', value });
        }}
      />
      {rank !== null && (
        <NumberField
          label={strings.channelRank}
          value={rank}
          min={1}
          max={channels}
          note={fill(strings.channelOf, { count: channels })}
          onChange={(value) => {
            onChoose({ by: 'rank', value });
          }}
        />
      )}
      <IconButton
        label={strings.channelPrevious}
        icon="chevronLeft"
        disabled={place <= 0}
        onClick={() => {
          onChoose(step(-1));
        }}
      />
      <IconButton
        label={strings.channelNext}
        icon="chevronRight"
        disabled={place >= channels - 1}
        onClick={() => {
          onChoose(step(1));
        }}
      />
      <ExcitingPictures tensor={tensor} channel={channel} />
    </div>
  );
}
