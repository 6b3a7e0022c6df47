import type { ReceptiveField, Span } from '../../protocol/model.js';
import type { Graph, Shapes } from '../onnx/graph.js';
import { fieldRule } from './fieldRules.js';
import { follow, type ImageAxes } from './follow.js';
import type { FeatureMap } from './grid.js';
import { type Cell, divided, merged, type Places, widened } from './places.js';

/**
 * On which part of the picture a layer's positions depend: no pixel outside of it changes their activation, whatever the
 * weights. By rows and by columns: of positions that are not aligned with these, all that any of a row depends on.
 * @returns of a layer, in pixels of the model's input; null where every position depends on all of the picture
 */
export function receptiveFields(
  graph: Graph,
  image: ImageAxes,
  shapes: Shapes,
): (layer: FeatureMap) => ReceptiveField | null {
  const { known } = follow(graph, image, shapes, {
    cut: (shape, y, x) => [
      divided(shape.length, [y, x], [shape[y] ?? 1, 1]),
      divided(shape.length, [y, x], [1, shape[x] ?? 1]),
    ],
    ruleOf: fieldRule,
  });
  const imageShape = shapes.get(image.name) ?? [];
  const [height = 1, width = 1] = image.layout === 'NCHW' ? imageShape.slice(2) : imageShape.slice(1);
  return (layer) => {
    const [byRow, byColumn] = known.get(layer.tensor) ?? [];
    if (byRow === undefined || byColumn === undefined) return null;
    const cellsByRow = gridCells(byRow, layer, shapes.get(layer.tensor) ?? []);
    const cellsByColumn = gridCells(byColumn, layer, shapes.get(layer.tensor) ?? []);
    const rows = Array.from({ length: layer.height }, (_, row) =>
      spanOf(
        cellsByRow.filter((__, index) => Math.floor(index / layer.width) === row),
        ({ top, bottom }) => [top * height, bottom * height],
      ),
    );
    const columns = Array.from({ length: layer.width }, (_, column) =>
      spanOf(
        cellsByColumn.filter((__, index) => index % layer.width === column),
        ({ left, right }) => [left * width, right * width],
      ),
    );
    const isWhole = rows.every(isAll(height)) && columns.every(isAll(width));
    return isWhole ? null : { rows, columns };
  };
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

/** From the first to the last of these; empty where they depend on nothing. */
function spanOf(cells: readonly (Cell | null)[], ends: (cell: Cell) => Span): Span {
  const spans = cells.flatMap((cell) => (cell === null ? [] : [ends(cell)]));
  if (spans.length === 0) return [0, 0];
  const first = spans.reduce((least, [start]) => Math.min(least, start), Infinity);
  const end = spans.reduce((most, [, last]) => Math.max(most, last), 0);
  return [Math.round(first), Math.round(end)];
}

function isAll(size: number): (span: Span) => boolean {
  return ([first, end]) => first === 0 && end === size;
}
