import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { fill } from '../../common/format.js';
import { useGridFocus } from '../../common/gridFocus.js';
import type { MenuItem } from '../../common/Menu.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { usePage } from '../../state/page.js';
import type { Scale } from '../../state/selectors.js';
import { cellState, type CellState } from '../shared/cellState.js';
import { movedTo, neighbour } from '../shared/choices.js';
import type { Cell, CellResults } from '../shared/onDemand.js';
import { CompareCell } from './CompareCell.js';
import type { CompareChoice } from './compareChoice.js';
import { CompareHeader } from './CompareHeader.js';

/** Widths in pixels: of the layers' names, and the least of a map; where there is less room, the grid scrolls. */
const HEAD = 140;
const LEAST = 84;
/** Of a map, where a size is chosen. */
const WIDTHS = { small: 120, medium: 176, large: 288 } as const;

export interface CompareGridProps {
  readonly label: string;
  readonly choice: CompareChoice;
  readonly cells: CellResults;
  readonly target: number;
  readonly picture: Picture;
  readonly bare: boolean;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
  readonly onOpen: (cell: Cell) => void;
}

/** Methods from left to right, layers from top to bottom. */
export function CompareGrid({ label, choice, cells, target, onOpen, ...drawing }: CompareGridProps): VNode {
  const { strings, announce } = usePage();
  const { methods, layers, size } = choice;
  const table = useRef<HTMLTableElement>(null);
  const { stopsAt, onFocusIn, onKeyDown, follow } = useGridFocus(
    table,
    layers.length + 1,
    methods.length + 1,
  );
  const stateAt = (method: MethodId, { tensor }: LayerChoice): CellState =>
    cellState(cells, { method, tensor }, target);

  const place = <T,>(list: readonly T[], item: T, name: string): void => {
    const at = list.indexOf(item) + 1;
    announce(fill(strings.announceMoved, { what: name, place: at, count: list.length }));
  };
  const placeMethod = (method: MethodId, at: MethodId | undefined): void => {
    if (at === undefined) return;
    const moved = movedTo(methods, method, at);
    choice.setMethods(moved);
    follow(0, moved.indexOf(method) + 1);
    place(moved, method, METHOD_FACTS[method].label);
  };
  const placeLayer = (layer: LayerChoice, at: LayerChoice | undefined): void => {
    if (!at) return;
    const moved = movedTo(layers, layer, at);
    choice.setLayers(moved);
    follow(moved.indexOf(layer) + 1, 0);
    place(moved, layer, layer.path);
  };
  const runAll = (method: MethodId): readonly MenuItem[] => {
    const open = layers.filter((layer) => stateAt(method, layer).kind === 'offered');
    const count = open.reduce((sum, { channels }) => sum + channels, 0);
    const act = (): void => {
      cells.run(open.map(({ tensor }) => ({ method, tensor })));
    };
    return open.length > 0 ? [{ text: fill(strings.runAll, { count }), act }] : [];
  };
  return (
    <table
      ref={table}
      class="compare-grid"
      style={widthOf(size, methods.length, drawing.picture)}
      role="grid"
      aria-label={label}
      aria-description={strings.compareGridHint}
      onFocusIn={onFocusIn}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          <td />
          {methods.map((method, index) => (
            <CompareHeader
              key={method}
              axis="column"
              id={method}
              name={METHOD_FACTS[method].label}
              note={null}
              isFirst={index === 0}
              isLast={index === methods.length - 1}
              stop={stopsAt(0, index + 1)}
              items={runAll(method)}
              onMove={(by) => {
                placeMethod(method, neighbour(methods, method, by));
              }}
              onRemove={() => {
                choice.setMethods(methods.filter((other) => other !== method));
                announce(fill(strings.announceRemoved, { what: METHOD_FACTS[method].label }));
                follow(0, Math.max(1, index));
              }}
              onDrop={(id) => {
                const dropped = methods.find((other) => other === id);
                if (dropped) placeMethod(dropped, method);
              }}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {layers.map((layer, row) => (
          <tr key={layer.tensor}>
            <CompareHeader
              axis="row"
              id={layer.tensor}
              name={layer.path}
              note={fill(strings.layerSize, { height: layer.height, width: layer.width })}
              isFirst={row === 0}
              isLast={row === layers.length - 1}
              stop={stopsAt(row + 1, 0)}
              items={[]}
              onMove={(by) => {
                placeLayer(layer, neighbour(layers, layer, by));
              }}
              onRemove={() => {
                choice.setLayers(layers.filter((other) => other !== layer));
                announce(fill(strings.announceRemoved, { what: layer.path }));
                follow(Math.max(1, row), 0);
              }}
              onDrop={(id) => {
                const dropped = layers.find(({ tensor }) => tensor === id);
                if (dropped) placeLayer(dropped, layer);
              }}
            />
            {methods.map((method, column) => {
              const cell = { method, tensor: layer.tensor };
              return (
                <td key={method} role="gridcell">
                  <CompareCell
                    {...drawing}
                    method={method}
                    layer={layer}
                    state={stateAt(method, layer)}
                    stop={stopsAt(row + 1, column + 1)}
                    onOpen={() => {
                      onOpen(cell);
                    }}
                    onRun={() => {
                      cells.run([cell]);
                    }}
                    onCancel={cells.stop}
                  />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As wide as there is room, as long as a row fits into the window; or as was chosen. */
function widthOf(
  size: CompareChoice['size'],
  count: number,
  { crop }: Picture,
): Readonly<Record<string, string>> {
  if (size !== 'fit') return { width: `${HEAD + count * WIDTHS[size]}px` };
  const most = `max(200px, ${Math.round((56 * crop.width) / crop.height)}vh)`;
  return {
    maxWidth: `calc(${HEAD}px + ${count} * ${most})`,
    minWidth: `${LEAST + count * LEAST}px`,
  };
}
