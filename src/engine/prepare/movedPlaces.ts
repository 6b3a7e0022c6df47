import { counted, slicedPlaces } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { input, int, type Node } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import type { Flow } from '../rules/flow.js';

/** A node that got a list of values. */
interface Selecting {
  readonly node: Node;
  /** The output asked for. */
  readonly tensor: Value;
  readonly flow: Pick<Flow, 'shape'>;
  readonly constant: (tensor: Value) => readonly number[] | null;
  /** 0, 1, … */
  readonly places: readonly number[];
  /** Whether the list lies along an axis. */
  readonly isAlong: (axis: number) => boolean;
  /** The places where none is lost to an operator along other axes, of the one picture. */
  readonly kept: Places;
}

type Places = readonly number[] | null;

const MOVES: Readonly<Record<string, (selecting: Selecting) => Places>> = {
  Gather: alongAxis,
  GatherElements: alongAxis,
  GatherND: ({ node, flow, constant }) => {
    const indices = constant(input(node, 1));
    const size = flow.shape(input(node, 1)).at(-1) ?? 0;
    if (indices === null || size === 0 || int(node, 'batch_dims', 0) > 0) return null;
    const shape = flow.shape(input(node, 0));
    const steps = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
    const each = elementCount(shape.slice(size));
    return Array.from({ length: indices.length / size }, (_, place) =>
      indices
        .slice(place * size, (place + 1) * size)
        .reduce((sum, index, axis) => sum + counted(index, shape[axis] ?? 1) * (steps[axis] ?? 0), 0),
    ).flatMap((first) => Array.from({ length: each }, (_, step) => first + step));
  },
  Slice: ({ node, constant, places, isAlong, kept }) => {
    const [starts, ends] = [constant(input(node, 1)), constant(input(node, 2))];
    const axes = constant(input(node, 3)) ?? starts?.map((_, axis) => axis);
    const along = axes?.findIndex(isAlong) ?? -1;
    if (axes !== undefined && along < 0) return kept;
    const [start, end] = [starts?.[along], ends?.[along]];
    if (start === undefined || end === undefined) return null;
    return slicedPlaces(places.length, start, end, constant(input(node, 4))?.[along] ?? 1);
  },
  Split: ({ node, tensor, flow, places, isAlong, kept }) => {
    if (!isAlong(int(node, 'axis', 0))) return kept;
    const sizes = node.outputs.map((name) => elementCount(flow.shape(name)));
    const part = node.outputs.indexOf(tensor);
    const before = sizes.slice(0, part).reduce((sum, size) => sum + size, 0);
    return places.slice(before, before + (sizes[part] ?? 0));
  },
};

function alongAxis({ node, constant, places, isAlong, kept }: Selecting): Places {
  if (!isAlong(int(node, 'axis', 0))) return kept;
  return constant(input(node, 1))?.flatMap((index) => places.at(index) ?? []) ?? null;
}

/** Operators that select and reorder. */
export const SELECTIONS: ReadonlySet<string> = new Set(Object.keys(MOVES));

/**
 * Where the values of a tensor stood before a node selected or reordered them.
 * @param constant values of a constant
 * @returns null where the node got no list, or selects by what is not constant
 */
export function movedPlaces(
  node: Node,
  tensor: Value,
  flow: Pick<Flow, 'shape'>,
  constant: (tensor: Value) => Places,
): Places {
  const shape = flow.shape(input(node, 0));
  const count = elementCount(shape);
  const places = Array.from({ length: count }, (_, place) => place);
  const isAlong = (axis: number): boolean => shape.at(axis) === count;
  const kept = shape.includes(count) && elementCount(flow.shape(tensor)) === count ? places : null;
  return MOVES[node.op]?.({ node, tensor, flow, constant, places, isAlong, kept }) ?? null;
}
