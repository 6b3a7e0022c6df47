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
  const ofPictures = madeOf(name, graph);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const isOfPictures = ofPictures.has(input(node, 0));
    if (node.op === 'Expand' || (node.op === 'Reshape' && isOfPictures))
      return [shaped(node, graph, batch, constant)];
    if (!isOfPictures) return [node];
    if (node.op === 'Slice') return [sliced(node, graph, constant)];
    if (int(node, 'axis', 0) !== 0) return [node];
    if (node.op === 'Split')
      return node.outputs.map((part) => passOn(node, { ...node, name: part, outputs: [part] }));
    if (node.op === 'Concat' && node.inputs.every((each) => ofPictures.has(each)))
      return [passOn(node, node)];
    return [node.op === 'Gather' ? chosen(node, graph, constant) : node];
  });
  return { ...graph, nodes, initializers };
}

type Constant = (name: string, tensor: Tensor) => string;

/** Everything that is made of the pictures themselves, and not of their sizes. */
function madeOf(name: string, { nodes }: Graph): ReadonlySet<string> {
  const made = new Set([name]);
  for (const node of nodes)
    if (node.op !== 'Shape' && readBy(node).some((each) => made.has(each)))
      for (const output of node.outputs) made.add(output);
  return made;
}

function shaped(node: Node, graph: Graph, batch: number, constant: Constant): Node {
  const [first = 0, ...rest] = constantIntegers(graph, input(node, 1)) ?? [];
  if (first < batch || first % batch !== 0 || (node.op === 'Expand' && first !== batch)) return node;
  const shape = constant(ofOne(input(node, 1)), int64Tensor([first / batch, ...rest]));
  return { ...node, inputs: [input(node, 0), shape, ...node.inputs.slice(2)] };
}

/** The picture in place of some of them. */
function sliced(node: Node, graph: Graph, constant: Constant): Node {
  const [starts, ends, axes] = [1, 2, 3].map((place) => constantIntegers(graph, input(node, place)));
  const along = (axes ?? starts?.map((_, axis) => axis))?.indexOf(0) ?? -1;
  if (!starts || !ends || along < 0) return node;
  const from = constant(ofOne(`${input(node, 1)}/${node.name}`), int64Tensor(starts.with(along, 0)));
  const to = constant(ofOne(`${input(node, 2)}/${node.name}`), int64Tensor(ends.with(along, 1)));
  return { ...node, inputs: [input(node, 0), from, to, ...node.inputs.slice(3)] };
}

/** The picture in place of one, or of a list of them. */
function chosen(node: Node, graph: Graph, constant: Constant): Node {
  const dims = constantOf(graph, input(node, 1))?.dims;
  if (dims === undefined || dims.length > 1) return node;
  const places = dims.map(() => 1);
  const first = constant(ofOne(`${input(node, 1)}/${node.name}`), int64Tensor([0], places));
  return { ...node, inputs: [input(node, 0), first] };
}

function ofOne(name: string): string {
  return `${name}/of-one-picture`;
}
