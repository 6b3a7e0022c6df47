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
import { movedTo, neighbour } from '../shared/choices.js';
import { CompareCell } from './CompareCell.js';
import type { CompareChoice } from './compareChoice.js';
import { CompareHeader } from './CompareHeader.js';
import { columnsOf, modelOf, rowNote, stateAt, type Column, type Sides } from './sides.js';

/** Widths in pixels: of the layers' names, and the least of a map; where there is less room, the grid scrolls. */
const HEAD = 140;
const LEAST = 84;
/** Of a map, where a size is chosen. */
const WIDTHS = { small: 120, medium: 176, large: 288 } as const;

export interface CompareGridProps {
  readonly label: string;
  readonly choice: CompareChoice;
  readonly sides: Sides;
  readonly picture: Picture;
  readonly bare: boolean;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
  readonly onOpen: (place: GridPlace) => void;
}

/** A cell by its method, the place of its model and the tensor of its row. */
export interface GridPlace {
  readonly method: MethodId;
  readonly of: number;
  readonly row: string;
}

/** Methods from left to right, each by every model, layers from top to bottom. */
export function CompareGrid(props: CompareGridProps): VNode {
  const { label, choice, sides, picture, onOpen, ...drawing } = props;
  const { strings, announce } = usePage();
  const { methods, layers, size } = choice;
  const columns = columnsOf(methods, sides);
  const models = columns.length / Math.max(1, methods.length);
  const table = useRef<HTMLTableElement>(null);
  const { stopsAt, onFocusIn, onKeyDown, follow } = useGridFocus(
    table,
    layers.length + 1,
    columns.length + 1,
  );

  const place = <T,>(list: readonly T[], item: T, name: string): void => {
    const at = list.indexOf(item) + 1;
    announce(fill(strings.announceMoved, { what: name, place: at, count: list.length }));
  };
  const placeMethod = (method: MethodId, at: MethodId | undefined): void => {
    if (at === undefined) return;
    const moved = movedTo(methods, method, at);
    choice.setMethods(moved);
    follow(0, moved.indexOf(method) * models + 1);
    place(moved, method, METHOD_FACTS[method].label);
  };
  const placeLayer = (layer: LayerChoice, at: LayerChoice | undefined): void => {
    if (!at) return;
    const moved = movedTo(layers, layer, at);
    choice.setLayers(moved);
    follow(moved.indexOf(layer) + 1, 0);
    place(moved, layer, layer.path);
  };
  const runAll = (column: Column): readonly MenuItem[] => {
    const { method, side } = column;
    const open = layers
      .filter((row) => stateAt(column, row).kind === 'offered')
      .flatMap((row) => side.layerOf(row) ?? []);
    const count = open.reduce((sum, { channels }) => sum + channels, 0);
    const act = (): void => {
      side.cells.run(open.map(({ tensor }) => ({ method, tensor })));
    };
    return open.length > 0 ? [{ text: fill(strings.runAll, { count }), act }] : [];
  };
  return (
    <table
      ref={table}
      class={models > 1 ? 'compare-grid pairs' : 'compare-grid'}
      style={widthOf(size, columns.length, picture)}
      role="grid"
      aria-label={label}
      aria-description={strings.compareGridHint}
      onFocusIn={onFocusIn}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          <td />
          {columns.map((column, index) => {
            const { method } = column;
            const model = modelOf(column, sides);
            return (
              <CompareHeader
                key={`${method} ${index % models}`}
                axis="column"
                id={method}
                name={METHOD_FACTS[method].label}
                note={model}
                isFirst={method === methods[0]}
                isLast={method === methods.at(-1)}
                stop={stopsAt(0, index + 1)}
                items={runAll(column)}
                onMove={(by) => {
                  placeMethod(method, neighbour(methods, method, by));
                }}
                onRemove={() => {
                  choice.setMethods(methods.filter((other) => other !== method));
                  announce(fill(strings.announceRemoved, { what: METHOD_FACTS[method].label }));
                  follow(0, Math.max(1, index - (index % models)));
                }}
                onDrop={(id) => {
                  const dropped = methods.find((other) => other === id);
                  if (dropped) placeMethod(dropped, method);
                }}
              />
            );
          })}
        </tr>
      </thead>
      <tbody>
        {layers.map((layer, row) => (
          <tr key={layer.tensor}>
            <CompareHeader
              axis="row"
              id={layer.tensor}
              name={layer.path}
              note={rowNote(layer, sides, strings)}
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
            {columns.map((column, index) => {
              const { method, side } = column;
              const of = index % models;
              const shown = side.layerOf(layer) ?? layer;
              return (
                <td key={`${method} ${of}`} role="gridcell">
                  <CompareCell
                    {...drawing}
                    method={method}
                    model={modelOf(column, sides)}
                    layer={shown}
                    state={stateAt(column, layer)}
                    picture={side.subject.picture}
                    stop={stopsAt(row + 1, index + 1)}
                    onOpen={() => {
                      onOpen({ method, of, row: layer.tensor });
                    }}
                    onRun={() => {
                      side.cells.run([{ method, tensor: shown.tensor }]);
                    }}
                    onCancel={side.cells.stop}
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
