import type { VNode } from 'preact';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { usePage } from '../../state/page.js';
import type { ChannelChoice, ChosenChannel } from './choice.js';
import { NumberField } from './NumberField.js';

export interface ChannelPickerProps {
  readonly layer: LayerExplanation;
  readonly chosen: ChosenChannel;
  readonly onChoose: (choice: ChannelChoice) => void;
}

/** Which channel, by number or by rank; the arrows go by rank where there is one. */
export function ChannelPicker({ layer: { channels }, chosen, onChoose }: ChannelPickerProps): VNode {
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
      <StepButton
        label={strings.channelPrevious}
        icon="chevronLeft"
        disabled={place <= 0}
        onClick={() => {
          onChoose(step(-1));
        }}
      />
      <StepButton
        label={strings.channelNext}
        icon="chevronRight"
        disabled={place >= channels - 1}
        onClick={() => {
          onChoose(step(1));
        }}
      />
    </div>
  );
}

interface StepButtonProps {
  readonly label: string;
  readonly icon: 'chevronLeft' | 'chevronRight';
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function StepButton({ label, icon, disabled, onClick }: StepButtonProps): VNode {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      // Stays in the order of tabs at the ends, where the keyboard may be on it.
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onClick();
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
