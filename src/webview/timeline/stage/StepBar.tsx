import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import { Icon } from '../../common/icons.js';
import { NeedNotice } from '../../status/NeedNotice.js';
import { useTimeline } from '../state/timeline.js';
import type { NeedState } from '../../state/useNeed.js';
import { stepText } from '../stepText.js';
import { positionOf } from '../values/steps.js';
import { StepSlider } from './StepSlider.js';
import { usePlayer } from './usePlayer.js';

export interface StepBarProps {
  readonly step: number;
  readonly need: NeedState;
}

/** Always in sight: which checkpoint is shown, the way to the others, and which one they are compared with. */
export function StepBar({ step, need }: StepBarProps): VNode {
  const { timeline, selection, choice, choose, strings } = useTimeline();
  const { steps, pinned } = selection;
  const position = positionOf(steps, step);
  const go = (to: number): void => {
    choose({ step: steps[to] ?? null });
  };
  const player = usePlayer(position, steps.length, go);
  const unit = timeline.runs[0]?.unit ?? 'step';
  const name = stepText(unit, step, strings);
  const isPinned = pinned === step;
  const place = { place: position + 1, count: steps.length };
  return (
    <div class="step-bar">
      <div class="step-buttons">
        <IconButton
          icon={player.playing ? 'pause' : 'play'}
          label={player.playing ? strings.timelinePause : strings.timelinePlay}
          disabled={steps.length < 2}
          onClick={player.toggle}
        />
        <IconButton
          icon="chevronLeft"
          label={strings.timelineBefore}
          disabled={position === 0}
          onClick={() => {
            go(position - 1);
          }}
        />
        <IconButton
          icon="chevronRight"
          label={strings.timelineAfter}
          disabled={position === steps.length - 1}
          onClick={() => {
            go(position + 1);
          }}
        />
      </div>
      <StepSlider
        position={position}
        valueText={fill(strings.timelineSliderText, { step: name, ...place })}
        onGo={go}
      />
      <div class="step-facts">
        <span class="step-name">
          <strong>{name}</strong> <span class="quiet number">{fill(strings.timelinePosition, place)}</span>
        </span>
        <button
          type="button"
          class="toggle-button"
          aria-pressed={choice.step === null}
          title={strings.timelineNewestHint}
          onClick={() => {
            choose({ step: choice.step === null ? step : null });
          }}
        >
          {strings.timelineNewest}
        </button>
        <button
          type="button"
          class="toggle-button"
          aria-pressed={isPinned}
          title={strings.timelinePinHint}
          onClick={() => {
            choose(isPinned ? { pinned: null, against: 'previous' } : { pinned: step, against: 'pinned' });
          }}
        >
          <Icon name="pin" />
          {fill(strings.timelinePin, { step: name })}
        </button>
      </div>
      <NeedNotice status={need.status} onCancel={need.cancel} onRetry={need.retry} />
    </div>
  );
}
