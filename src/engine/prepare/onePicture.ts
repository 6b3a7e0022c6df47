import { constantOf, constantIntegers } from './constants.js';
import { type Graph, input, int, type Node } from '../onnx/graph.js';
import { int64Tensor, type Tensor } from '../onnx/tensor.js';
import { readBy } from '../onnx/walk.js';
import type { ImageInput } from './imageInput.js';
import { passOn } from './passOn.js';

/**
 * A file for several pictures at a time, made for one: shapes that it has written into it, and what takes its pictures apart
 * or puts them together again.
 */
export function withOnePicture(graph: Graph, { name, batch }: ImageInput): Graph {
  const initializers = new Map(graph.initializers);
  const constant = (to: string, tensor: Tensor): string => {
    initializers.set(to, tensor);
    return to;
  };
  const axes = axesOfPictures(name, graph);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const axis = axes.get(input(node, 0));
    if (node.op === 'Expand' || (node.op === 'Reshape' && axis === 0))
      return [shaped(node, graph, batch, constant)];
    if (axis === undefined) return [node];
    if (node.op === 'Slice') return [sliced(node, graph, axis, constant)];
    if (node.op === 'GatherND' && axis === 0) return [chosen(node, graph, constant)];
    if (int(node, 'axis', 0) !== axis) return [node];
    if (node.op === 'Split')
      return node.outputs.map((part) => passOn(node, { ...node, name: part, outputs: [part] }));
    if (node.op === 'Concat' && node.inputs.every((each) => axes.has(each))) return [passOn(node, node)];
    return [node.op === 'Gather' ? chosen(node, graph, constant) : node];
  });
  return { ...graph, nodes, initializers };
}

type Constant = (name: string, tensor: Tensor) => string;

/** Of everything that is made of the pictures themselves, and not of their sizes: along which axis they are. */
function axesOfPictures(name: string, { nodes }: Graph): ReadonlyMap<string, number> {
  const axes = new Map([[name, 0]]);
  for (const node of nodes) {
    const [before] = readBy(node).flatMap((each) => axes.get(each) ?? []);
    if (node.op === 'Shape' || before === undefined) continue;
    const order = node.attributes.get('perm');
    const axis = node.op === 'Transpose' && order?.type === 'ints' ? order.value.indexOf(before) : before;
    for (const output of node.outputs) axes.set(output, axis);
  }
  return axes;
}

/** With the number of pictures taken out of the sizes in front, over which it may be spread. */
function shaped(node: Node, graph: Graph, batch: number, constant: Constant): Node {
  const sizes = constantIntegers(graph, input(node, 1)) ?? [];
  const single = node.op === 'Expand' && sizes[0] !== batch ? null : withoutFactor(sizes, batch);
  if (single === null) return node;
  const shape = constant(ofOne(input(node, 1)), int64Tensor(single));
  return { ...node, inputs: [input(node, 0), shape, ...node.inputs.slice(2)] };
}

/** Sizes whose product is smaller by a factor, which the first of them hold; null where they do not. */
function withoutFactor([size = 0, ...others]: readonly number[], factor: number): readonly number[] | null {
  if (size < 1) return null;
  if (size % factor === 0) return [size / factor, ...others];
  const rest = factor % size === 0 ? withoutFactor(others, factor / size) : null;
  return rest && [1, ...rest];
}

/** The picture in place of some of them. */
function sliced(node: Node, graph: Graph, axis: number, constant: Constant): Node {
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((place) =>
    constantIntegers(graph, input(node, place)),
  );
  const along = (axes ?? starts?.map((_, place) => place))?.indexOf(axis) ?? -1;
  if (!starts || !ends || along < 0) return node;
  // One tensor may say several of these.
  const changed = (place: number, values: readonly number[], value: number): string =>
    constant(ofOne(`${input(node, place)}/${node.name}/${place}`), int64Tensor(values.with(along, value)));
  const bounds = [changed(1, starts, 0), changed(2, ends, 1)];
  const rest = steps ? [input(node, 3), changed(4, steps, 1)] : node.inputs.slice(3);
  return { ...node, inputs: [input(node, 0), ...bounds, ...rest] };
}

/** The picture in place of one, or of a list of them. */
function chosen(node: Node, graph: Graph, constant: Constant): Node {
  const dims = constantOf(graph, input(node, 1))?.dims;
  const isOfPlaces = node.op === 'Gather' ? (dims?.length ?? 0) <= 1 : dims?.length === 2 && dims[1] === 1;
  if (dims === undefined || !isOfPlaces || int(node, 'batch_dims', 0) !== 0) return node;
  const places = dims.map(() => 1);
  const first = constant(ofOne(`${input(node, 1)}/${node.name}`), int64Tensor([0], places));
  return { ...node, inputs: [input(node, 0), first] };
}

function ofOne(name: string): string {
  return `${name}/of-one-picture`;
}
