import { counted } from '../onnx/axes.js';
import { type Graph, input, int, ints, type Node, type Shapes } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { readBy } from '../onnx/walk.js';
import { constantIntegers, constantOf } from './constants.js';

/** Where in a tensor several pictures lie: along an axis, `count` of them with `inner` steps each, and that `outer` times. */
export interface Pictures {
  readonly axis: number;
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** A node that got pictures. */
interface Step {
  readonly node: Node;
  readonly graph: Graph;
  readonly pictures: Pictures;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

type Rule = (step: Step) => Pictures | null;

/**
 * Where the pictures lie in everything that is made of them: not in what no longer tells one from another.
 * @param name the tensor that holds so many pictures along its first axis
 */
export function findPictures(
  graph: Graph,
  name: string,
  count: number,
  shapes: Shapes,
): ReadonlyMap<string, Pictures> {
  const found = new Map<string, Pictures>([[name, { axis: 0, outer: 1, count, inner: 1 }]]);
  for (const node of graph.nodes) {
    const source = node.op === 'Shape' ? undefined : readBy(node).find((each) => found.has(each));
    const pictures = found.get(source ?? '');
    const from = shapes.get(source ?? '');
    if (pictures === undefined || from === undefined) continue;
    const isJoined = node.op === 'Concat' && isAlong(node, pictures.axis, from.length);
    if (isJoined && !node.inputs.every((each) => found.has(each))) continue;
    for (const output of node.outputs) {
      const to = shapes.get(output);
      const moved = to && (RULES.get(node.op) ?? aligned)({ node, graph, pictures, from, to });
      if (moved) found.set(output, moved);
    }
  }
  return found;
}

/** Whether a node works along an axis of its first operand. */
export function isAlong(node: Node, axis: number, rank: number): boolean {
  return counted(int(node, 'axis', 0), rank) === axis;
}

/** Axes stay, but for new ones in front. */
const aligned: Rule = ({ pictures, from, to }) => {
  const axis = pictures.axis + to.length - from.length;
  return to[axis] === from[pictures.axis] ? { ...pictures, axis } : null;
};

/** The same elements in the same order. */
const reshaped: Rule = ({ pictures: { axis, outer, count, inner }, from, to }) => {
  const before = elementCount(from.slice(0, axis)) * outer;
  const after = elementCount(from.slice(axis + 1)) * inner;
  for (const [place, size] of to.entries()) {
    const own = before / elementCount(to.slice(0, place));
    const within = size / (own * count);
    const isWhole = Number.isInteger(own) && Number.isInteger(within);
    if (isWhole && within * elementCount(to.slice(place + 1)) === after)
      return { axis: place, outer: own, count, inner: within };
  }
  return null;
};

const transposed: Rule = ({ node, pictures, from }) => {
  const perm = ints(node, 'perm') ?? from.map((_, axis) => axis).toReversed();
  return { ...pictures, axis: perm.indexOf(pictures.axis) };
};

const reduced: Rule = ({ node, graph, pictures, from, to }) => {
  const named = ints(node, 'axes') ?? constantIntegers(graph, input(node, 1)) ?? from.map((_, axis) => axis);
  const axes = named.map((axis) => counted(axis, from.length));
  if (axes.includes(pictures.axis)) return null;
  const gone = to.length < from.length ? axes.filter((axis) => axis < pictures.axis).length : 0;
  return { ...pictures, axis: pictures.axis - gone };
};

/** With so many pictures chosen of them, whole ones. */
function withCount(pictures: Pictures, count: number): Pictures | null {
  return pictures.outer === 1 && pictures.inner === 1 ? { ...pictures, count } : null;
}

const split: Rule = (step) => {
  const { node, pictures, from, to } = step;
  return isAlong(node, pictures.axis, from.length)
    ? withCount(pictures, to[pictures.axis] ?? 0)
    : aligned(step);
};

const joined: Rule = (step) => {
  const { node, pictures, from, to } = step;
  const { axis, outer, inner } = pictures;
  return isAlong(node, axis, from.length)
    ? withCount(pictures, (to[axis] ?? 0) / (outer * inner))
    : aligned(step);
};

const sliced: Rule = (step) => {
  const { pictures, from, to } = step;
  const { axis } = pictures;
  return from[axis] === to[axis] ? aligned(step) : withCount(pictures, to[axis] ?? 0);
};

/** Gather-13, and GatherND-13 of places along the first axis. */
const gathered: Rule = (step) => {
  const { node, graph, pictures, from } = step;
  if (int(node, 'batch_dims', 0) > 0) return aligned(step);
  const dims = constantOf(graph, input(node, 1))?.dims;
  if (dims === undefined) return null;
  const [axis, added] =
    node.op === 'Gather' ? [counted(int(node, 'axis', 0), from.length), dims] : [0, dims.slice(0, -1)];
  if (axis === pictures.axis) return added.length === 1 ? withCount(pictures, added[0] ?? 0) : null;
  const moved = axis < pictures.axis ? added.length - 1 : 0;
  return { ...pictures, axis: pictures.axis + moved };
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map((op) => [op, reshaped] as const),
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceProd'].map(
    (op) => [op, reduced] as const,
  ),
  ...['ReduceSumSquare', 'ReduceLogSum', 'ReduceLogSumExp'].map((op) => [op, reduced] as const),
  ['Transpose', transposed],
  ['Split', split],
  ['Concat', joined],
  ['Slice', sliced],
  ['Gather', gathered],
  ['GatherND', gathered],
]);
