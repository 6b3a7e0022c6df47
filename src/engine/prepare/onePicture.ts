import { counted } from '../onnx/axes.js';
import { type Graph, input, int, type Node, output, type Shapes } from '../onnx/graph.js';
import { int64Tensor } from '../onnx/tensor.js';
import { constantIntegers, constantOf } from './constants.js';
import { passOn } from './passOn.js';
import { findPictures, isAlong, type Pictures } from './pictures.js';

/** What joins operands of which one may be a constant for all pictures. */
const JOINING = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Sum', 'Mean', 'PRelu', 'Where', 'Concat', 'MatMul'],
]);

/**
 * A file for several pictures at a time, made for one: shapes that it has written into it, constants that hold a part for
 * each, and what takes its pictures apart or puts them together again.
 * @param graph simplified, which begins with one picture repeated
 * @param repeated the tensor of that
 * @param shapes of the graph's tensors
 */
export function withOnePicture(graph: Graph, repeated: string, batch: number, shapes: Shapes): Graph {
  const initializers = new Map(graph.initializers);
  const ints = (values: readonly number[], dims?: readonly number[]): string => {
    const name = `one-picture/constant-${initializers.size}`;
    initializers.set(name, int64Tensor(values, dims));
    return name;
  };
  const pictures = findPictures(graph, repeated, batch, shapes);
  const sizesOf = (name: string): readonly number[] =>
    shapes.get(name) ?? graph.initializers.get(name)?.dims ?? [];

  /** A part of a constant, that of the first picture, where it has one for each. */
  const ofFirst = (
    name: string,
    node: Node,
    { axis, outer, count, inner }: Pictures,
  ): readonly [string, Node[]] => {
    const sizes = sizesOf(name);
    const own = axis + sizes.length - sizesOf(output(node)).length;
    const isInRows = node.op !== 'MatMul' || own < sizes.length - 2;
    if (pictures.has(name) || outer > 1 || !isInRows || sizes[own] !== count * inner) return [name, []];
    const part = `${name}/of-one-picture-for-${output(node)}`;
    const bounds = [[0], [inner], [own]].map((values) => ints(values));
    const slice = {
      ...passOn(node, node),
      name: part,
      op: 'Slice',
      inputs: [name, ...bounds],
      outputs: [part],
    };
    return [part, [slice]];
  };

  const rewritten = (node: Node): readonly Node[] => {
    const [before, behind] = [pictures.get(input(node, 0)), pictures.get(output(node))];
    if (output(node) === repeated) return [passOn(node, node)];
    if (behind !== undefined && (node.op === 'Reshape' || node.op === 'Expand')) {
      const size = behind.outer * behind.inner;
      return [{ ...node, inputs: [input(node, 0), ints(sizesOf(output(node)).with(behind.axis, size))] }];
    }
    const isWhole = node.op !== 'Concat' || behind !== undefined;
    if (before !== undefined && before.outer * before.inner === 1 && isWhole) {
      const rank = sizesOf(input(node, 0)).length;
      const selected = selection({ node, axis: before.axis, rank, graph, constant: ints });
      if (selected !== null) return selected;
    }
    if (behind === undefined || !JOINING.has(node.op)) return [node];
    const parts = node.inputs.map((name) => ofFirst(name, node, behind));
    return [...parts.flatMap(([, nodes]) => nodes), { ...node, inputs: parts.map(([name]) => name) }];
  };
  const nodes = graph.nodes.flatMap(rewritten);
  return { ...graph, nodes, initializers };
}

/** A node that got the pictures along an axis of a tensor of this rank. */
interface Selecting {
  readonly node: Node;
  readonly axis: number;
  readonly rank: number;
  readonly graph: Graph;
  readonly constant: (values: readonly number[], dims?: readonly number[]) => string;
}

/** The picture in place of those that a node chooses or joins; null where it does neither. */
function selection(selecting: Selecting): readonly Node[] | null {
  const { node, axis, rank } = selecting;
  if (node.op === 'Slice') return sliced(selecting);
  if (node.op === 'GatherND' ? axis !== 0 : !isAlong(node, axis, rank)) return null;
  if (node.op === 'Split')
    return node.outputs.map((part) => passOn(node, { ...node, name: part, outputs: [part] }));
  if (node.op === 'Concat') return [passOn(node, node)];
  return node.op === 'Gather' || node.op === 'GatherND' ? chosen(selecting) : null;
}

/** The picture in place of some of them. */
function sliced({ node, axis, rank, graph, constant }: Selecting): readonly Node[] | null {
  const [x = '', ...more] = node.inputs;
  const [starts, ends, axes, steps] = more.map((name) => constantIntegers(graph, name));
  const places = (axes ?? starts?.map((_, place) => place))?.map((each) => counted(each, rank));
  const along = places?.indexOf(axis) ?? -1;
  if (!starts || !ends || along < 0) return null;
  const bounds = [constant(starts.with(along, 0)), constant(ends.with(along, 1))];
  const rest = steps ? [input(node, 3), constant(steps.with(along, 1))] : more.slice(2);
  return [{ ...node, inputs: [x, ...bounds, ...rest] }];
}

/** The picture in place of one, or of a list of them. */
function chosen({ node, graph, constant }: Selecting): readonly Node[] | null {
  const dims = constantOf(graph, input(node, 1))?.dims;
  const isOfPlaces = node.op === 'Gather' ? (dims?.length ?? 0) <= 1 : dims?.length === 2 && dims[1] === 1;
  if (dims === undefined || !isOfPlaces || int(node, 'batch_dims', 0) !== 0) return null;
  const places = dims.map(() => 1);
  return [{ ...node, inputs: [input(node, 0), constant([0], places)] }];
}
