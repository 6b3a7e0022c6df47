import type { TargetedMouseEvent, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import type { MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { blockedText } from '../../common/blockedText.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { gridOf, type Scale } from '../../state/selectors.js';
import type { CellState } from '../shared/cellState.js';
import { RunOffer, RunProgress } from '../shared/RunOffer.js';
import { columnName } from './sides.js';

export interface CompareCellProps {
  readonly method: MethodId;
  /** The model's name, where there are two. */
  readonly model: string | null;
  readonly layer: LayerChoice;
  readonly state: CellState;
  /** null until it is known. */
  readonly picture: Picture | null;
  /** The picture alone, without the map. */
  readonly bare: boolean;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
  /** Whether the tab key stops here. */
  readonly stop: boolean;
  readonly onOpen: () => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

/** One method at one layer: always one button, so that the keyboard keeps its place whatever comes in. */
export function CompareCell(props: CompareCellProps): VNode {
  const { method, layer, state, stop, onOpen, onRun, onCancel } = props;
  const { strings } = usePage();
  const map = 'layer' in state ? state.layer : null;
  const flat = map && flatText(layer, map, strings);
  const opens = map !== null && flat === null;
  const act = {
    known: opens ? onOpen : null,
    offered: onRun,
    running: onCancel,
    blocked: null,
    loading: null,
    missing: null,
  };
  const onAct = state.kind === 'queued' ? onCancel : act[state.kind];
  const onClick = ({ target, detail }: TargetedMouseEvent<HTMLElement>): void => {
    const byPointer = detail > 0;
    const onMap = byPointer && target instanceof Element && !target.closest('.run');
    if (onMap && opens) onOpen();
    else onAct?.();
  };
  const label = cellLabel(props, flat, strings);
  // What a cell says of its run is its name.
  const isRead = state.kind === 'offered' || state.kind === 'running';
  const tooltip = state.kind === 'known' ? flat : label;
  return (
    <button
      type="button"
      class={`cell ${state.kind}`}
      tabIndex={stop ? 0 : -1}
      aria-label={isRead ? undefined : label}
      aria-disabled={onAct === null || undefined}
      title={tooltip ?? undefined}
      data-method={method}
      data-tensor={layer.tensor}
      onClick={onClick}
    >
      <CellContent {...props} />
    </button>
  );
}

function CellContent({ layer, state, picture, bare, scaleOf }: CompareCellProps): VNode {
  const { strings } = usePage();
  const map = (shown: LayerExplanation): VNode =>
    picture ? (
      <CellMap info={layer} layer={shown} picture={picture} bare={bare} scale={scaleOf(shown)} />
    ) : (
      <span class="skeleton cell-skeleton" />
    );
  switch (state.kind) {
    case 'known':
      return map(state.layer);
    case 'blocked':
      return <Reason text={blockedText(state.blocker, strings)} />;
    case 'loading':
      return <span class="skeleton cell-skeleton" />;
    case 'missing':
      return <span class="cell-note">{strings.notComputed}</span>;
    case 'queued':
      return <span class="cell-note">{strings.queued}</span>;
    case 'offered':
    case 'running':
      return (
        <>
          {state.layer && map(state.layer)}
          {state.kind === 'running' ? (
            <RunProgress fraction={state.fraction} />
          ) : (
            <RunOffer passes={layer.channels} through={state.through} />
          )}
        </>
      );
  }
}

/** Why there is no map: a dash where the sentence has no room, which the cell's tooltip says too. */
function Reason({ text }: { readonly text: string }): VNode {
  return (
    <>
      <span class="cell-note cell-reason">{text}</span>
      <span class="cell-note cell-dash" aria-hidden="true">
        –
      </span>
    </>
  );
}

interface CellMapProps extends Pick<CompareCellProps, 'bare'> {
  readonly picture: Picture;
  readonly info: LayerChoice;
  readonly layer: LayerExplanation;
  readonly scale: Scale;
}

function CellMap({ info, layer, picture, bare, scale }: CellMapProps): VNode {
  const { state, strings } = usePage();
  const { display } = state;
  const grid = useMemo(() => gridOf(layer), [layer]);
  const flat = flatText(info, layer, strings);
  if (flat !== null) return <Reason text={flat} />;
  return <OverlayCanvas picture={picture} grid={bare ? null : grid} display={{ ...display, scale }} />;
}

function cellLabel(
  { method, model, layer, state }: CompareCellProps,
  flat: string | null,
  strings: PanelStrings,
): string {
  const name = columnName(method, model);
  const { path, height, width, channels: count } = layer;
  const what = `${name}, ${path}`;
  switch (state.kind) {
    case 'known': {
      if (flat !== null) return `${what}. ${flat}`;
      const size = fill(strings.layerSize, { height, width });
      return fill(strings.openLarge, { method: name, layer: path, size });
    }
    case 'blocked':
      return `${what}. ${blockedText(state.blocker, strings)}`;
    case 'loading':
      return `${what}. ${strings.working}…`;
    case 'missing':
      return `${what}. ${strings.notComputed}`;
    case 'queued':
      return `${what}. ${strings.queued}`;
    case 'offered':
      return fill(state.layer ? strings.resumeHint : strings.runHint, { method: name, layer: path, count });
    case 'running':
      return fill(strings.cancelHint, { method: name, layer: path });
  }
}
