import type { Graph, Node, Shapes } from '../onnx/graph.js';
import { followPlaces } from './follow.js';
import type { Grid } from './grid.js';
import { isWholePicture, merged, type Places } from './places.js';
import type { Standing } from './standing.js';

export interface Grids {
  /** By tensor. */
  readonly grids: ReadonlyMap<string, Grid>;
  /**
   * For each tensor whose positions are no rows and columns of the picture, or of which it is not known which, the operator
   * behind which that is so.
   */
  readonly lostAt: ReadonlyMap<string, Node>;
}

/**
 * Which tensors are feature maps, and how their positions lie: one axis holds the channels, and along all others lie
 * parts of the picture that together are rows and columns, in whatever order.
 */
export function findGrids(
  graph: Graph,
  image: { readonly name: string; readonly layout: 'NCHW' | 'NHWC' },
  shapes: Shapes,
): Grids {
  const lattices = new Map<Places['cells'], Lattice | null>();
  const latticeOf = (places: Places): Lattice | null => {
    // Most are cut evenly: what is known need not be found, however many pixels there are.
    if (places.even && places.even.height > 1 && places.even.width > 1)
      return { ...places.even, order: null };
    const known = lattices.get(places.cells);
    if (known !== undefined) return known;
    const found = findLattice(places);
    lattices.set(places.cells, found);
    return found;
  };
  const grids = new Map<string, Grid>();
  const { known, lost } = followPlaces(graph, image, shapes);
  for (const [tensor, standing] of known) {
    const grid = tensor === image.name ? null : gridOf(standing, shapes.get(tensor) ?? [], latticeOf);
    if (grid !== null) grids.set(tensor, grid);
  }
  const isScattered = (tensor: string): boolean => {
    const [places, ...others] = known.get(tensor) ?? [];
    if (places === undefined || others.length > 0 || grids.has(tensor)) return false;
    return places.cells.filter((cell) => cell !== null).length > 1 && latticeOf(places) === null;
  };
  // In order of computation, so that each is told by what comes before it.
  const lostAt = new Map(lost);
  for (const node of graph.nodes)
    for (const tensor of node.outputs.filter(isScattered))
      lostAt.set(tensor, node.inputs.map((name) => lostAt.get(name)).find((at) => at !== undefined) ?? node);
  return { grids, lostAt };
}

type Lattice = Pick<Grid, 'height' | 'width' | 'order'>;

function gridOf(
  [places, ...others]: Standing,
  shape: readonly number[],
  latticeOf: (places: Places) => Lattice | null,
): Grid | null {
  if (places === undefined || others.length > 0) return null;
  const axes = shape.length === 4 ? [1, 3] : shape.length === 3 ? [2] : [];
  // Positions may have been folded into the channels; where that need not be assumed, it is not.
  const inOrder = axes.toSorted((a, b) => (places.shape[a] ?? 1) - (places.shape[b] ?? 1));
  for (const axis of inOrder) {
    const along = merged(places, [axis]);
    if (shape.some((size, each) => each !== axis && along.shape[each] !== size)) continue;
    const lattice = latticeOf(along);
    if (lattice === null || (axis === 1 && isFolded(shape, lattice))) continue;
    const layout = shape.length === 3 ? 'tokens' : axis === 1 ? 'NCHW' : 'NHWC';
    return { layout, channels: shape[axis] ?? 1, ...lattice };
  }
  return null;
}

/** Whether rows and columns lie along one axis: what is so for each head of attention is no picture of channels. */
function isFolded([, , rows, columns]: readonly number[], { height, width }: Lattice): boolean {
  return (rows === 1 && height > 1) || (columns === 1 && width > 1);
}

/** The rows and columns that cells form; null where they form none. */
function findLattice(places: Places): Lattice | null {
  const { cells } = places;
  // Overlapping parts are told apart by their middles.
  const found = cells.flatMap((cell, place) =>
    cell === null || (cell.top === 0 && cell.left === 0 && cell.bottom === 1 && cell.right === 1)
      ? []
      : [{ place, y: cell.top + cell.bottom, x: cell.left + cell.right }],
  );
  found.sort((a, b) => a.y - b.y || a.x - b.x);
  const width = found.findIndex(({ y }) => y !== found[0]?.y);
  const columns = width < 0 ? found.length : width;
  if (found.length < 2 || found.length % columns !== 0) return null;
  const isLattice = found.every(({ y, x }, index) => {
    const [start, above, last] = [index - (index % columns), index - columns, index - 1];
    if (y !== found[start]?.y) return false;
    if (above >= 0 && (x !== found[above]?.x || y === found[above].y)) return false;
    return index === start || x !== found[last]?.x;
  });
  if (!isLattice || !isWholePicture(places, found.length / columns, columns)) return null;
  const order = found.map(({ place }) => place);
  const isPlain = order.length === cells.length && order.every((place, index) => place === index);
  return { height: found.length / columns, width: columns, order: isPlain ? null : order };
}
