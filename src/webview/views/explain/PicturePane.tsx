import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Grid } from '../../../heatmap/grid.js';
import { extentOf } from '../../../heatmap/normalize.js';
import { valueAt } from '../../../heatmap/upsample.js';
import { flatText, flatValuesText } from '../../common/flatText.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { Segmented } from '../../common/Segmented.js';
import { DisplayControls } from '../../picture/DisplayControls.js';
import { cellAt } from '../../picture/geometry.js';
import { Legend } from '../../picture/Legend.js';
import { PictureCanvas, type Probe } from '../../picture/PictureCanvas.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { currentChannel, currentLayer, gridOf, isOnTokens, scaleOf } from '../../state/selectors.js';
import { WorkingNotice } from '../../status/WorkingNotice.js';
import type { CellResults } from '../shared/onDemand.js';
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
  const readout = useReadout(grid, probe);
  const onProbe = (next: Probe | null): void => {
    setProbe(next);
    if (grid && next?.by === 'keyboard')
      announce(readoutOf(strings.readout, grid, next, state.display.smooth).text);
  };
  return (
    <div class="picture-pane">
      <div class="stage">
        {picture ? (
          <PictureCanvas
            picture={picture}
            grid={grid}
            scale={scale ?? [0, 0]}
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
          <DisplayControls bare={bare} onBare={setBare} />
          <div class="legend-line">
            <Legend scale={scale} extent={extentOf(grid.values)} value={readout?.value ?? null} />
            <ScaleChoice />
            <span class="readout" title={strings.atPointer}>
              {readout?.text ?? <span class="quiet">{strings.atPointer}</span>}
            </span>
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
          hint: `${strings.sharedScaleHint} (${fill(strings.sharedBy, { count: classes })})`,
        },
      ]}
      onChange={(mode) => {
        dispatch({ type: 'scaleMode', mode });
      }}
    />
  );
}

interface Readout {
  readonly value: number;
  readonly text: string;
}

function useReadout(grid: Grid | null, probe: Probe | null): Readout | null {
  const { state, strings } = usePage();
  return grid && probe && readoutOf(strings.readout, grid, probe, state.display.smooth);
}

function readoutOf(template: string, grid: Grid, probe: Probe, smooth: boolean): Readout {
  const value = valueAt(grid, probe.x, probe.y, smooth);
  return { value, text: fill(template, { value: formatValue(value), ...cellAt(grid, probe) }) };
}
