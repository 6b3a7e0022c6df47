import type { VNode } from 'preact';
import { useId } from 'preact/hooks';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { MAX_K } from './choice.js';

const STEP = 0.1;

export interface ThresholdSliderProps {
  readonly k: number;
  readonly onChange: (k: number) => void;
}

/** How many standard deviations a place must exceed the map's mean by. */
export function ThresholdSlider({ k, onChange }: ThresholdSliderProps): VNode {
  const { strings } = usePage();
  const id = useId();
  const text = fill(strings.localisationSigma, { k: k.toFixed(1) });
  return (
    <div class="view-slider" title={strings.localisationThresholdHint}>
      <label for={id}>{strings.localisationThreshold}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={MAX_K}
        step={STEP}
        value={k}
        aria-valuetext={text}
        onInput={({ currentTarget }) => {
          onChange(currentTarget.valueAsNumber);
        }}
      />
      <output class="number" for={id}>
        {text}
      </output>
    </div>
  );
}
