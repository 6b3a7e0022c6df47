import type { ReceptiveField, Span } from '../../protocol/model.js';
import type { Graph, Shapes } from '../onnx/graph.js';
import { fieldRule } from './fieldRules.js';
import { follow, type ImageAxes } from './follow.js';
import type { FeatureMap } from './grid.js';
import { type Cell, divided, merged, type Places, widened } from './places.js';

/** Finding the fields takes a second or two for a network of this input. */
const MOST_PIXELS = 2 ** 20;

/**
 * On which part of the picture a layer's positions depend: no pixel outside of it changes their activation, whatever the
 * weights. By rows and by columns: of positions that are not aligned with these, all that any of a row depends on.
 * @returns of a layer, in pixels of the model's input; null where every position depends on all of the picture, and for
 * larger inputs than MOST_PIXELS
 */
export function receptiveFields(
  graph: Graph,
  image: ImageAxes,
  shapes: Shapes,
): (layer: FeatureMap) => ReceptiveField | null {
  const imageShape = shapes.get(image.name) ?? [];
  const [height = 1, width = 1] = image.layout === 'NCHW' ? imageShape.slice(2) : imageShape.slice(1);
  if (height * width > MOST_PIXELS) return () => null;
  const { known } = follow(graph, image, shapes, {
    cut: (shape, y, x) => [
      divided(shape.length, [y, x], [shape[y] ?? 1, 1]),
      divided(shape.length, [y, x], [1, shape[x] ?? 1]),
    ],
    ruleOf: fieldRule,
  });
  return (layer) => {
    const [byRow, byColumn] = known.get(layer.tensor) ?? [];
    if (byRow === undefined || byColumn === undefined) return null;
    const shape = shapes.get(layer.tensor) ?? [];
    const [y, x] = layer.layout === 'NCHW' ? [2, 3] : [1, 2];
    const ownRows = cellsAlong(byRow, { axis: y, count: layer.height }, layer);
    const rows = spansOf(
      layer.height,
      ownRows ?? gridCells(byRow, layer, shape),
      ({ top, bottom }, index) => ({
        place: ownRows === null ? Math.floor(index / layer.width) : index,
        span: [top * height, bottom * height],
      }),
    );
    const ownColumns = cellsAlong(byColumn, { axis: x, count: layer.width }, layer);
    const columns = spansOf(
      layer.width,
      ownColumns ?? gridCells(byColumn, layer, shape),
      ({ left, right }, index) => ({
        place: ownColumns === null ? index % layer.width : index,
        span: [left * width, right * width],
      }),
    );
    const isWhole = rows.every(isAll(height)) && columns.every(isAll(width));
    return isWhole ? null : { rows, columns };
  };
}

/** What each row or column of a layer depends on, where cells lie along that axis alone; null elsewhere. */
function cellsAlong(
  { shape, cells }: Places,
  { axis, count }: { readonly axis: number; readonly count: number },
  { order, layout }: FeatureMap,
): Places['cells'] | null {
  const isPlain = order === null && layout !== 'tokens';
  return isPlain && shape[axis] === count && cells.length === count ? cells : null;
}

/** What each cell of a layer's grid depends on, row by row. */
function gridCells(
  places: Places,
  { layout, order }: FeatureMap,
  shape: readonly number[],
): readonly (Cell | null)[] {
  const channels = layout === 'NCHW' ? 1 : shape.length - 1;
  const { cells } = widened(merged(places, [channels]), shape.with(channels, 1));
  return order === null ? cells : order.map((position) => cells[position] ?? null);
}

/** Of each row or column, from the first to the last that its cells depend on; empty where they depend on nothing. */
function spansOf(
  count: number,
  cells: readonly (Cell | null)[],
  partOf: (cell: Cell, index: number) => { readonly place: number; readonly span: Span },
): readonly Span[] {
  const [firsts, ends] = [new Array<number>(count).fill(Infinity), new Array<number>(count).fill(0)];
  for (const [index, cell] of cells.entries()) {
    if (cell === null) continue;
    const { place, span } = partOf(cell, index);
    firsts[place] = Math.min(firsts[place] ?? Infinity, span[0]);
    ends[place] = Math.max(ends[place] ?? 0, span[1]);
  }
  return firsts.map((first, place) =>
    first === Infinity ? [0, 0] : [Math.round(first), Math.round(ends[place] ?? 0)],
  );
}

function isAll(size: number): (span: Span) => boolean {
  return ([first, end]) => first === 0 && end === size;
}
