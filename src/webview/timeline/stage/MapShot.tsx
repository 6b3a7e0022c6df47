import type { VNode } from 'preact';
import type { Picture } from '../../../protocol/explanation.js';
import type { Checkpoint } from '../../../protocol/timeline.js';
import { extentOf } from '../../../heatmap/normalize.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { Legend } from '../../picture/Legend.js';
import { Button } from '../../toolkit/index.js';
import { cellNote, type CellState } from '../grid/cellState.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import { LayerOverlay } from '../LayerOverlay.js';
import { RemedyButton } from '../RemedyButton.js';
import { useTimeline } from '../state/timeline.js';

export interface MapShotProps {
  readonly title: string;
  readonly state: CellState;
  /** By its id. */
  readonly run: string;
  readonly checkpoint: Checkpoint | null;
  readonly info: LayerChoice | null;
  readonly picture: Picture | null;
  /** The picture alone. */
  readonly bare: boolean;
}

/** The map of the checkpoint chosen; where there is none, why, over the picture alone. */
export function MapShot(props: MapShotProps): VNode {
  const { title, state, info, picture } = props;
  const { strings } = useTimeline();
  return (
    <figure class="shot">
      <figcaption>
        <span class="shot-title">{title}</span>
        <span class="shot-caption">
          {info && `${info.path} · ${fill(strings.layerSize, { height: info.height, width: info.width })}`}
        </span>
      </figcaption>
      <div class="shot-picture">
        {picture && state.kind !== 'loading' ? (
          <Shown {...props} picture={picture} />
        ) : (
          <div class="skeleton shot-blank" />
        )}
      </div>
      {state.kind === 'known' ? (
        <Legend scale={extentOf(state.layer.map)} value={null} />
      ) : (
        <div class="legend-blank" />
      )}
    </figure>
  );
}

interface ShownProps extends MapShotProps {
  readonly picture: Picture;
}

function Shown({ state, run, checkpoint, info, picture, bare }: ShownProps): VNode {
  const { strings } = useTimeline();
  const layer = state.kind === 'known' ? state.layer : null;
  const flat = layer && info && flatText(info, layer, strings);
  const note = flat ?? cellNote(state, strings);
  const hasMap = layer !== null && flat === null;
  return (
    <>
      <LayerOverlay picture={picture} grid={hasMap && !bare ? gridOfLayer(layer) : null} />
      {note !== null && (
        <div class={hasMap ? 'shot-badge' : 'shot-note'}>
          <span>{note}</span>
          <StateButton state={state} run={run} checkpoint={checkpoint} />
        </div>
      )}
    </>
  );
}

function StateButton({
  state,
  run,
  checkpoint,
}: Pick<MapShotProps, 'state' | 'run' | 'checkpoint'>): VNode | null {
  const { strings, post } = useTimeline();
  if (!checkpoint || (state.kind !== 'failed' && state.kind !== 'skipped')) return null;
  return (
    <>
      {state.kind === 'failed' && state.remedy !== null && <RemedyButton run={run} remedy={state.remedy} />}
      <Button
        appearance="secondary"
        onClick={() => {
          post({ type: 'retry', checkpoint: checkpoint.id });
        }}
      >
        {state.kind === 'failed' ? strings.retry : strings.timelineExplainSkipped}
      </Button>
    </>
  );
}
