import type { VNode } from 'preact';
import type { CheckpointState } from '../../../protocol/timeline.js';
import { useTimeline } from '../state/timeline.js';
import { thinned } from '../values/steps.js';

/** More marks than these would touch; numbers need more room still. */
const MOST_MARKS = 60;
const MOST_NUMBERS = 8;

export interface StepSliderProps {
  readonly position: number;
  readonly valueText: string;
  readonly onGo: (position: number) => void;
}

/** A slider with a mark for every checkpoint, at equal distances whatever steps are missing. */
export function StepSlider({ position, valueText, onGo }: StepSliderProps): VNode {
  const { timeline, selection, strings } = useTimeline();
  const { steps, pinned } = selection;
  const last = steps.length - 1;
  const left = (at: number): string => `${last > 0 ? (100 * at) / last : 50}%`;
  const numbered = thinned([...steps.keys()], MOST_NUMBERS);
  const stateAt = (step: number): CheckpointState['kind'] => {
    const states = timeline.runs.flatMap(
      (run) => run.checkpoints.find((checkpoint) => checkpoint.step === step)?.state.kind ?? [],
    );
    return states.find((kind) => kind !== 'done') ?? 'done';
  };
  return (
    <div class="step-slider">
      <input
        type="range"
        min={0}
        max={Math.max(last, 0)}
        step={1}
        value={position}
        disabled={last < 1}
        aria-label={strings.timelineSlider}
        aria-valuetext={valueText}
        onInput={({ currentTarget }) => {
          onGo(currentTarget.valueAsNumber);
        }}
      />
      <div class="step-marks" aria-hidden="true">
        {steps.length <= MOST_MARKS &&
          steps.map((step, at) => (
            <span key={step} class="step-mark" data-state={stateAt(step)} style={{ left: left(at) }} />
          ))}
        {pinned !== null && <span class="step-pin" style={{ left: left(steps.indexOf(pinned)) }} />}
        {numbered.map((at) => (
          <span key={at} class="step-number" style={{ left: left(at) }}>
            {steps[at]}
          </span>
        ))}
      </div>
    </div>
  );
}
