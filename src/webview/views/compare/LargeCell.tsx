import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { currentMarks, gridOf, type Scale } from '../../state/selectors.js';
import { cellState } from '../shared/cellState.js';
import type { LargeItem } from '../shared/largeGrid.js';
import { LargeMap } from '../shared/LargeMap.js';
import type { Cell, CellResults } from '../shared/onDemand.js';
import type { CompareChoice } from './compareChoice.js';

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
export function LargeCell(props: LargeCellProps): VNode {
  const { cell, choice, cells, target, picture, scaleOf, onGo, onClose } = props;
  const { methods, layers } = choice;
  const { state, strings, dispatch, post } = usePage();
  const itemOf = (method: MethodId, { tensor, path, height, width }: LayerChoice): LargeItem | null => {
    const shown = cellState(cells, { method, tensor }, target);
    if (!('layer' in shown) || !shown.layer) return null;
    const { label } = METHOD_FACTS[method];
    return {
      title: `${label} · ${path} · ${fill(strings.layerSize, { height, width })}`,
      row: path,
      column: label,
      grid: gridOf(shown.layer),
      scale: scaleOf(shown.layer),
      keptAbove: null,
      explain: () => {
        dispatch({ type: 'layer', tensor, path: null });
        post({ type: 'selectLayer', tensor });
        post({ type: 'selectMethod', method });
        dispatch({ type: 'view', view: 'explain' });
      },
    };
  };
  const grid = layers.map((layer) => methods.map((method) => itemOf(method, layer)));
  const place = {
    row: layers.findIndex(({ tensor }) => tensor === cell.tensor),
    column: methods.indexOf(cell.method),
  };
  const marks = useMemo(() => currentMarks(state), [state]);
  return (
    <LargeMap
      {...{ picture, marks, grid, place, onClose }}
      onGo={({ row, column }) => {
        const [method, layer] = [methods[column], layers[row]];
        if (method && layer) onGo({ method, tensor: layer.tensor });
      }}
    />
  );
}
