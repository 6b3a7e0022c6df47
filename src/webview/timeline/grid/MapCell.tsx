import type { VNode } from 'preact';
import type { Checkpoint } from '../../../protocol/timeline.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { Icon, type IconProps } from '../../common/icons.js';
import { LayerOverlay } from '../LayerOverlay.js';
import { useTimeline } from '../state/timeline.js';
import { cellNote, type CellState } from './cellState.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import type { GridRow } from './rows.js';

export interface MapCellProps {
  readonly row: GridRow;
  readonly checkpoint: Checkpoint | null;
  readonly stepName: string;
  /** Whether it is the one shown large. */
  readonly isCurrent: boolean;
  /** Whether it says below the map what the checkpoint predicts. */
  readonly isCaptioned: boolean;
  /** Whether the tab key stops here. */
  readonly stop: boolean;
  readonly onChoose: () => void;
}

/** One map of the grid: always one button, so that the keyboard keeps its place whatever comes in. */
export function MapCell(props: MapCellProps): VNode {
  const { row, checkpoint, stepName, isCurrent, isCaptioned, stop, onChoose } = props;
  const { strings, classValue } = useTimeline();
  const state = row.stateAt(checkpoint);
  const predicted = isCaptioned ? row.resultAt(checkpoint)?.predicted : null;
  const flat = state.kind === 'known' && row.info ? flatText(row.info, state.layer, strings) : null;
  const note = flat ?? cellNote(state, strings);
  const what = { row: row.name, step: stepName };
  const label = note
    ? fill(strings.timelineCellState, { ...what, state: note })
    : fill(strings.timelineCell, what);
  return (
    <button
      type="button"
      class={`map-cell ${state.kind}`}
      tabIndex={stop ? 0 : -1}
      aria-label={predicted ? `${label} ${predicted.label} ${classValue(predicted)}` : label}
      aria-disabled={state.kind === 'none' || undefined}
      aria-pressed={isCurrent}
      title={note ?? undefined}
      onClick={() => {
        if (state.kind !== 'none') onChoose();
      }}
    >
      <CellContent state={state} row={row} isFlat={flat !== null} />
      {predicted && (
        <span class="maps-note">
          {predicted.label} <span class="number">{classValue(predicted)}</span>
        </span>
      )}
    </button>
  );
}

interface CellContentProps {
  readonly state: CellState;
  readonly row: GridRow;
  readonly isFlat: boolean;
}

const ICONS: Partial<Record<CellState['kind'], IconProps['name']>> = {
  blocked: 'blocked',
  failed: 'error',
  skipped: 'skip',
  writing: 'pencil',
  deleted: 'trash',
};

function CellContent({ state, row, isFlat }: CellContentProps): VNode {
  if (state.kind === 'loading') return <span class="skeleton map-blank" />;
  if (state.kind === 'known' && row.picture && !isFlat)
    return (
      <span class="map-picture">
        <LayerOverlay picture={row.picture} grid={gridOfLayer(state.layer)} />
        {state.deleted && (
          <span class="map-mark">
            <Icon name="trash" />
          </span>
        )}
      </span>
    );
  const icon = isFlat ? 'blocked' : ICONS[state.kind];
  return <span class="map-blank map-state">{icon ? <Icon name={icon} /> : '–'}</span>;
}
