import { reading } from '../onnx/bodies.js';
import { type Graph, input, type Node, output, text } from '../onnx/graph.js';
import { castNode, plainNode } from '../onnx/make.js';
import { DataType } from '../onnx/tensor.js';
import { consumers, readBy } from '../onnx/walk.js';
import { constantOf } from './constants.js';
import { type ImageInput, isWhole } from './imageInput.js';
import { dequantised } from './integerSums.js';

/** Operators that move, copy or choose values, and which of their inputs are such values. */
const MOVING: ReadonlyMap<string, (index: number) => boolean> = new Map<string, (index: number) => boolean>([
  ...[
    ...['Transpose', 'Gather', 'Slice', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Identity'],
    ...['Split', 'Resize', 'DepthToSpace', 'SpaceToDepth', 'Tile', 'GatherND', 'MaxPool'],
  ].map((op) => [op, (index: number) => index === 0] as const),
  ['Pad', (index) => index === 0 || index === 2],
  ['Where', (index) => index > 0],
  ['Concat', () => true],
]);

/**
 * Whole pixels that a model moves before it makes floats of them, moved as floats: relevance and derivatives are floats
 * and follow them. Whatever computes with whole numbers still gets them.
 * @param graph whose image input is fixed
 */
export function pixelsAsFloats(graph: Graph, image: ImageInput): Graph {
  if (!isWhole(image)) return graph;
  const readers = consumers(graph);
  const isFront = (node: Node): boolean => node.op === 'Cast' && input(node, 0) === image.name;
  const floats = new Set(graph.nodes.flatMap((node) => (isFront(node) ? node.outputs : [])));
  for (const tensor of floats)
    for (const node of readers.get(tensor) ?? [])
      if (movesFloats(node, tensor)) for (const name of node.outputs) floats.add(name);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    if (isFront(node)) return [plainNode('Identity', [input(node, 0)], output(node))];
    if (node.outputs.some((name) => floats.has(name)))
      return takesMeans(node) ? rounded(node, image.dataType) : inFloats(node, floats);
    if (node.op === 'Cast') return [node];
    if (node.op === 'DequantizeLinear' && floats.has(input(node, 0)) && isOfOneScale(node, graph))
      return dequantised(node);
    return asWholeNumbers(node, floats, image.dataType);
  });
  return { ...graph, nodes };
}

function isOfOneScale(node: Node, graph: Graph): boolean {
  return constantOf(graph, input(node, 1))?.dims.every((size) => size === 1) ?? false;
}

function movesFloats(node: Node, tensor: string): boolean {
  const isMoved = MOVING.get(node.op);
  // The second output of a MaxPool holds places, not values.
  if (isMoved === undefined || (node.op === 'MaxPool' && node.outputs.length > 1)) return false;
  return node.inputs.every((name, index) => name !== tensor || isMoved(index));
}

function takesMeans(node: Node): boolean {
  return node.op === 'Resize' && text(node, 'mode', 'nearest') !== 'nearest';
}

/** A Resize that takes means of whole numbers puts out whole numbers. */
function rounded(node: Node, dataType: DataType): readonly Node[] {
  const name = output(node);
  return [
    { ...node, outputs: [`${name}/means`] },
    castNode(`${name}/means`, `${name}/whole`, dataType),
    castNode(`${name}/whole`, name, DataType.FLOAT),
  ];
}

/** The node with floats in place of whole numbers. */
function inFloats(node: Node, floats: ReadonlySet<string>): readonly Node[] {
  const casts: Node[] = [];
  const inputs = node.inputs.map((name, index) => {
    if (name === '' || floats.has(name) || MOVING.get(node.op)?.(index) !== true) return name;
    const cast = `${name}/float-for-${output(node)}`;
    casts.push(castNode(name, cast, DataType.FLOAT));
    return cast;
  });
  return [...casts, { ...node, inputs }];
}

/** The node, behind Casts that give it the whole numbers it asks for, in its subgraphs too. */
function asWholeNumbers(node: Node, floats: ReadonlySet<string>, dataType: DataType): readonly Node[] {
  const wholeOf = (name: string): string => `${name}/whole-for-${output(node)}`;
  const asked = [...new Set(readBy(node))].filter((name) => floats.has(name));
  return [
    ...asked.map((name) => castNode(name, wholeOf(name), dataType)),
    reading(node, (name) => (floats.has(name) ? wholeOf(name) : name)),
  ];
}
