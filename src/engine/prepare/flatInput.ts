import { counted } from '../onnx/axes.js';
import { type Graph, input, ints, type Node, output, type ValueInfo } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { consumers } from '../onnx/walk.js';
import { constantIntegers } from './constants.js';

/** An input of another rank that a model brings into the shape of pictures. */
export interface FlatInput {
  /** The input's own shape, where −1 in front stands for the number of pictures; or a picture's without that axis. */
  readonly own: readonly number[] | 'single';
  /** What it becomes: (N, C, H, W) or (N, H, W, C). */
  readonly picture: readonly (number | null)[];
}

/** What a flat picture may pass before it gets its shape. */
const ELEMENTWISE = new Set(['Sub', 'Add', 'Div', 'Mul', 'Cast', 'Identity', 'Clip']);

/**
 * The shape that a picture gets that goes in as a row of pixels, or without the axis of its channels or of the batch: the
 * first Reshape or Unsqueeze to four axes tells.
 * @returns null where nothing does
 */
export function shapeOfFlat(
  name: string,
  shape: NonNullable<ValueInfo['shape']>,
  graph: Graph,
): FlatInput | null {
  const [first, ...rest] = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null));
  if (first === undefined || rest.includes(null) || rest.length > 2) return null;
  const sizes = rest.flatMap((size) => size ?? []);
  const readers = consumers(graph);
  const reached = [name];
  for (const tensor of reached)
    for (const node of readers.get(tensor) ?? []) {
      const picture = pictureOf(node, [first ?? 1, ...sizes], graph);
      if (picture !== null) {
        const isBatch = elementCount(sizes) === elementCount(picture);
        return isBatch
          ? { own: [-1, ...sizes], picture: [first ?? 1, ...picture] }
          : { own: [first ?? 1, ...sizes], picture: [1, ...picture] };
      }
      if (ELEMENTWISE.has(node.op) && input(node, 0) === tensor) reached.push(output(node));
    }
  return null;
}

/** Fewer pixels a side than any picture has: so few numbers are measurements. */
const SMALLEST_SIDE = 8;

/**
 * The picture that goes in by itself, without the axis of the batch: rows and columns of three colours or of one, or three
 * colours of rows and columns. Where both sizes are open, `isOfBytes` tells it from points in space.
 * @returns null where the sizes are no such picture's
 */
export function shapeOfSingle(shape: NonNullable<ValueInfo['shape']>, isOfBytes: boolean): FlatInput | null {
  const sizes = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null));
  const [first, , last] = sizes;
  if (sizes.length !== 3) return null;
  const isLast = last === 3 || last === 1;
  const sides = isLast ? sizes.slice(0, 2) : first === 3 ? sizes.slice(1) : [];
  const areOpen = sides.every((side) => side === null) && (!isLast || isOfBytes);
  const areSides = sides.every((side) => side !== null && side >= SMALLEST_SIDE);
  return sides.length === 2 && (areOpen || areSides) ? { own: 'single', picture: [1, ...sizes] } : null;
}

/**
 * The picture that goes into a model which nowhere brings it into shape, as one of dense layers alone: a square of greys, as
 * rows or as one row, or one row of three such squares, red, green and blue.
 * @returns null where the sizes are no such squares
 */
export function shapeOfBare(shape: NonNullable<ValueInfo['shape']>): FlatInput | null {
  const [first, ...sizes] = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null));
  const [count = null, columns = null] = sizes;
  if (first === undefined || count === null) return null;
  const picture =
    sizes.length === 1
      ? (square(1, count) ?? square(3, count / 3))
      : sizes.length === 2 && columns === count
        ? square(1, count * columns)
        : null;
  return picture && { own: [-1, ...sizes.map((size) => size ?? 1)], picture: [first ?? 1, ...picture] };
}

function square(channels: number, count: number): readonly number[] | null {
  const side = Math.sqrt(count);
  return Number.isInteger(side) && side >= SMALLEST_SIDE ? [channels, side, side] : null;
}

/** (C, H, W) or (H, W, C) that a node makes of one picture; null where it makes something else. */
function pictureOf(node: Node, shape: readonly number[], graph: Graph): readonly number[] | null {
  const wanted =
    node.op === 'Reshape' ? constantIntegers(graph, input(node, 1)) : unsqueezed(node, shape, graph);
  if (wanted?.length !== 4) return null;
  const [, ...sizes] = wanted.map((size, axis) => (size === 0 ? (shape[axis] ?? 0) : size));
  const known = elementCount(sizes.filter((size) => size > 0));
  const ofCount = (count: number): readonly number[] | null => {
    const picture = sizes.map((size) => (size === -1 ? count / known : size));
    return elementCount(picture) === count && picture.every(Number.isInteger) ? picture : null;
  };
  // The first axis may be the batch.
  return ofCount(elementCount(shape.slice(1))) ?? ofCount(elementCount(shape));
}

function unsqueezed(node: Node, shape: readonly number[], graph: Graph): readonly number[] | null {
  if (node.op !== 'Unsqueeze') return null;
  const axes = ints(node, 'axes') ?? constantIntegers(graph, input(node, 1));
  if (axes === null) return null;
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => counted(axis, rank)));
  const sizes = shape.values();
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (sizes.next().value ?? 1)));
}
