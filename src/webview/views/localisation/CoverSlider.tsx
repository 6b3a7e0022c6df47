import type { VNode } from 'preact';
import { useId } from 'preact/hooks';
import { usePage } from '../../state/page.js';

/** How dark the rest of the picture is: the display's opacity, as in every view. */
export function CoverSlider(): VNode {
  const { state, strings, percent, dispatch } = usePage();
  const id = useId();
  const { opacity } = state.display;
  return (
    <div class="view-slider">
      <label for={id}>{strings.localisationOutside}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        value={Math.round(100 * opacity)}
        aria-valuetext={percent(opacity)}
        onInput={({ currentTarget }) => {
          dispatch({ type: 'display', change: { opacity: currentTarget.valueAsNumber / 100 } });
        }}
      />
    </div>
  );
}
