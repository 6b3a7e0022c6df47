import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { COLOR_MAPS } from '../../protocol/explanation.js';
import { Icon } from '../common/icons.js';
import { Segmented } from '../common/Segmented.js';
import { useFrame } from '../state/frame.js';
import { Checkbox, Dropdown } from '../toolkit/index.js';

const COLOR_MAP_OPTIONS = COLOR_MAPS.map((id) => ({ value: id, text: id }));

export interface DisplayControlsProps {
  readonly bare: boolean;
  readonly onBare: (bare: boolean) => void;
  /** What else a view lets choose. */
  readonly children?: ComponentChildren;
}

/** How the map is drawn over the picture. */
export function DisplayControls({ bare, onBare, children }: DisplayControlsProps): VNode {
  const { strings, percent, display, emphasis, setDisplay } = useFrame();
  const slider = useId();
  return (
    <div class="controls">
      <div class="opacity">
        <button
          type="button"
          class="icon-button"
          aria-pressed={bare}
          aria-label={strings.showPictureOnly}
          title={strings.holdHint}
          onClick={() => {
            onBare(!bare);
          }}
        >
          <Icon name="eye" />
        </button>
        <label for={slider}>{strings.opacity}</label>
        <input
          id={slider}
          type="range"
          min={0}
          max={100}
          value={Math.round(100 * display.opacity)}
          aria-valuetext={percent(display.opacity)}
          onInput={({ currentTarget }) => {
            setDisplay({ opacity: currentTarget.valueAsNumber / 100 });
          }}
        />
      </div>
      <Dropdown
        label={strings.colorMap}
        value={display.colorMap}
        options={COLOR_MAP_OPTIONS}
        disabled={display.mask}
        onChange={(colorMap) => {
          setDisplay({ colorMap });
        }}
      />
      <Segmented
        label={strings.wash}
        value={display.emphasis === null ? 'even' : 'emphasis'}
        options={[
          { value: 'emphasis', text: strings.emphasis, hint: strings.emphasisHint },
          { value: 'even', text: strings.even, hint: strings.evenHint },
        ]}
        disabled={display.mask}
        onChange={(value) => {
          setDisplay({ emphasis: value === 'even' ? null : emphasis });
        }}
      />
      <Segmented
        label={strings.resolution}
        value={display.smooth ? 'smooth' : 'native'}
        options={[
          { value: 'smooth', text: strings.smooth, hint: strings.smoothHint },
          { value: 'native', text: strings.native, hint: strings.nativeHint },
        ]}
        onChange={(value) => {
          setDisplay({ smooth: value === 'smooth' });
        }}
      />
      <div class="checks">
        <Checkbox
          checked={display.mask}
          title={strings.maskHint}
          onChange={(mask) => {
            setDisplay({ mask });
          }}
        >
          {strings.mask}
        </Checkbox>
        {children}
      </div>
    </div>
  );
}
