import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { extentOf } from '../../../heatmap/normalize.js';
import { flatText, flatValuesText } from '../../common/flatText.js';
import { counted, fill } from '../../common/format.js';
import { Segmented } from '../../common/Segmented.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { Legend } from '../../picture/Legend.js';
import { PictureCanvas, type Probe } from '../../picture/PictureCanvas.js';
import { Readout, readingAt, readingText } from '../../picture/Readout.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import {
  currentChannel,
  currentLayer,
  currentMarks,
  gridOf,
  isOnTokens,
  scaleOf,
} from '../../state/selectors.js';
import { WorkingNotice } from '../../status/WorkingNotice.js';
import type { CellResults } from '../shared/onDemand.js';
import { FramingControls } from './FramingControls.js';
import { LayerNotice } from './LayerNotice.js';

/** The picture with the map over it, and all that says how it is drawn and what its colours mean. */
export function PicturePane({ cells }: { readonly cells: CellResults }): VNode {
  const { state, strings, dispatch, announce } = usePage();
  const [bare, setBare] = useState(false);
  const [probe, setProbe] = useState<Probe | null>(null);
  const layer = currentLayer(state);
  const channel = currentChannel(state);
  const grid = useMemo(() => layer && gridOf(layer, channel?.activation), [layer, channel]);
  const scale = layer ? scaleOf(state, layer, channel) : null;
  const picture = subjectOf(state)?.picture ?? null;
  const marks = useMemo(() => currentMarks(state), [state]);
  const { smooth } = state.display;
  const { cropOnly } = state.framing;
  const reading = picture && grid && probe && readingAt(picture, grid, probe, smooth);
  const onProbe = (next: Probe | null): void => {
    setProbe(next);
    if (picture && grid && next?.by === 'keyboard')
      announce(readingText(readingAt(picture, grid, next, smooth), strings));
  };
  return (
    <div class="picture-pane">
      <div class="stage">
        {picture ? (
          <PictureCanvas
            picture={picture}
            grid={grid}
            scale={scale ?? [0, 0]}
            marks={marks}
            cropOnly={cropOnly}
            bare={bare}
            probe={probe}
            onProbe={onProbe}
          />
        ) : (
          <div class="skeleton stage-skeleton" />
        )}
        {channel && (
          <div class="stage-note">
            <span>{fill(strings.channelShown, { channel: channel.channel })}</span>
            <button
              type="button"
              class="link"
              onClick={() => {
                // The channel was chosen there.
                document.querySelector<HTMLElement>('.channel[aria-pressed=true]')?.focus();
                dispatch({ type: 'channel', channel: null });
              }}
            >
              {strings.backToMap}
            </button>
          </div>
        )}
        <FlatNote />
        <LayerNotice cells={cells} />
        <WorkingNotice />
      </div>
      {scale && grid && (
        <>
          <DisplayControls bare={bare} onBare={setBare}>
            <FramingControls />
          </DisplayControls>
          <div class="legend-line">
            <Legend scale={scale} extent={extentOf(grid.values)} value={reading?.value ?? null} />
            <ScaleChoice />
            <Readout reading={reading} />
          </div>
        </>
      )}
    </div>
  );
}

/** Why what is shown has the same colour everywhere. */
function FlatNote(): VNode | null {
  const { state, strings } = usePage();
  const channel = currentChannel(state);
  const layer = currentLayer(state);
  const ofLayer = layer && flatText({ tokens: isOnTokens(state) }, layer, strings);
  const text = channel ? flatValuesText(channel.activation, strings) : ofLayer;
  return text === null ? null : <div class="stage-note">{text}</div>;
}

function ScaleChoice(): VNode {
  const { state, strings, dispatch } = usePage();
  const classes = state.ranges.targets.size;
  return (
    <Segmented
      label={strings.scale}
      value={state.scaleMode}
      options={[
        { value: 'own', text: strings.ownScale, hint: strings.ownScaleHint },
        { value: 'clipped', text: strings.clippedScale, hint: strings.clippedScaleHint },
        {
          value: 'shared',
          text: strings.sharedScale,
          hint: `${strings.sharedScaleHint} (${counted(classes, strings.sharedByOne, strings.sharedBy)})`,
        },
      ]}
      onChange={(mode) => {
        dispatch({ type: 'scaleMode', mode });
      }}
    />
  );
}
