import type { VNode } from 'preact';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { usePage } from '../../state/page.js';
import type { Scale } from '../../state/selectors.js';
import { cellState } from '../shared/cellState.js';
import { tabId } from '../tabIds.js';
import { neighbour } from '../shared/choices.js';
import type { Cell, CellResults } from '../shared/onDemand.js';
import type { CompareChoice } from './compareChoice.js';
import { LargeMap, type Direction } from './LargeMap.js';

export interface LargeCellProps {
  readonly cell: Cell;
  readonly choice: CompareChoice;
  readonly cells: CellResults;
  readonly target: number;
  readonly picture: Picture;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
  readonly onGo: (cell: Cell) => void;
  readonly onClose: () => void;
}

/** The cell opened large, with what lies around it in the grid. */
export function LargeCell(props: LargeCellProps): VNode | null {
  const { cell, choice, cells, target, picture, scaleOf, onGo, onClose } = props;
  const { dispatch, post } = usePage();
  const explainedAt = (at: Cell): LayerExplanation | null => {
    const state = cellState(cells, at, target);
    return 'layer' in state ? state.layer : null;
  };
  const layer = choice.layers.find(({ tensor }) => tensor === cell.tensor);
  const explained = explainedAt(cell);
  if (!layer || !explained) return null;

  const cellBeside = (direction: Direction): Cell | null => {
    const [byMethod, byLayer] = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    }[direction];
    const method = neighbour(choice.methods, cell.method, byMethod ?? 0);
    const beside = neighbour(choice.layers, layer, byLayer ?? 0);
    if (!method || !beside) return null;
    const at = { method, tensor: beside.tensor };
    return explainedAt(at) && at;
  };
  return (
    <LargeMap
      method={cell.method}
      layer={layer}
      explained={explained}
      picture={picture}
      scale={scaleOf(explained)}
      beside={(direction) => {
        const at = cellBeside(direction);
        if (!at) return null;
        const path = choice.layers.find(({ tensor }) => tensor === at.tensor)?.path ?? at.tensor;
        return at.method === cell.method ? path : METHOD_FACTS[at.method].label;
      }}
      onGo={(direction) => {
        const at = cellBeside(direction);
        if (at) onGo(at);
      }}
      onExplain={() => {
        dispatch({ type: 'layer', tensor: cell.tensor, path: null });
        post({ type: 'selectLayer', tensor: cell.tensor });
        post({ type: 'selectMethod', method: cell.method });
        dispatch({ type: 'view', view: 'explain' });
        document.getElementById(tabId('explain'))?.focus();
      }}
      onClose={onClose}
    />
  );
}
