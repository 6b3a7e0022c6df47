import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LayerExplanation } from '../../../protocol/explanation.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import { currentMarks, gridOf, type Scale } from '../../state/selectors.js';
import type { LargeItem } from '../shared/largeGrid.js';
import { LargeMap } from '../shared/LargeMap.js';
import { showInExplain } from '../shared/showInExplain.js';
import type { CompareChoice } from './compareChoice.js';
import type { GridPlace } from './CompareGrid.js';
import { columnName, columnsOf, modelOf, stateAt, type Column, type Sides } from './sides.js';

export interface LargeCellProps {
  readonly place: GridPlace;
  readonly choice: CompareChoice;
  readonly sides: Sides;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
  readonly onGo: (place: GridPlace) => void;
  readonly onClose: () => void;
}

/** The cell opened large, with what lies around it in the grid. */
export function LargeCell(props: LargeCellProps): VNode | null {
  const { place, choice, sides, scaleOf, onGo, onClose } = props;
  const { layers } = choice;
  const page = usePage();
  const { state, strings } = page;
  const columns = columnsOf(choice.methods, sides);
  const itemOf = (column: Column, row: LayerChoice): LargeItem | null => {
    const shown = stateAt(column, row);
    const layer = column.side.layerOf(row);
    if (layer === null || !('layer' in shown) || !shown.layer) return null;
    if (flatText(layer, shown.layer, strings) !== null) return null;
    const { method, side } = column;
    const { tensor, path, height, width } = layer;
    const name = columnName(method, modelOf(column, sides));
    return {
      title: `${name} · ${path} · ${fill(strings.layerSize, { height, width })}`,
      row: path,
      column: name,
      grid: gridOf(shown.layer),
      scale: scaleOf(shown.layer),
      keptAbove: null,
      // Explain shows the panel's own model.
      explain:
        side === sides.first
          ? () => {
              showInExplain(page, { tensor, method });
            }
          : null,
    };
  };
  const grid = layers.map((row) => columns.map((column) => itemOf(column, row)));
  const sideOf = ({ of }: GridPlace): Sides['first'] => (of > 0 && sides.second ? sides.second : sides.first);
  const side = sideOf(place);
  const at = {
    row: layers.findIndex(({ tensor }) => tensor === place.row),
    column: columns.findIndex((column) => column.method === place.method && column.side === side),
  };
  const marks = useMemo(() => currentMarks(state), [state]);
  const { picture } = side.subject;
  return (
    picture && (
      <LargeMap
        {...{ picture, grid, onClose }}
        place={at}
        marks={side === sides.first ? marks : null}
        onGo={({ row, column }) => {
          const [to, layer] = [columns[column], layers[row]];
          if (to && layer)
            onGo({ method: to.method, of: to.side === sides.first ? 0 : 1, row: layer.tensor });
        }}
      />
    )
  );
}
