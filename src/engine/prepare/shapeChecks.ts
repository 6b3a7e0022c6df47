import { totalmem } from 'node:os';

import { fail } from '../failure.js';
import { type Graph, input, int, labelOf, type Node, type Shapes } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { divide, reachedFrom, upstreamOf } from '../onnx/walk.js';

/**
 * Checks what lies between the image and the logits: every tensor has one shape, which is not empty, and explaining,
 * which keeps all of them, finds room in memory.
 * @throws varyingShape, impossibleShape, outOfMemory
 */
export function checkSizes(graph: Graph, shapes: Shapes, logits: string, file: string): void {
  const upstream = upstreamOf(graph, logits);
  const fromImage = graph.inputs.flatMap(({ name }) => [...reachedFrom(graph, name)]);
  let bytes = 0;
  for (const tensor of fromImage.filter((name) => upstream.has(name))) {
    const shape = shapes.get(tensor);
    if (shape === undefined) throw fail('varyingShape', { file, tensor });
    if (shape.some((size) => size < 1))
      throw fail('impossibleShape', { file, tensor, shape: shape.join(' × ') });
    bytes += 4 * elementCount(shape);
  }
  if (bytes > totalmem()) throw fail('outOfMemory', { file });
}

/** What nodes may compute from constants alone: this much, and what weights of four bits become as floats. */
const CONSTANT_BYTES = 2 ** 30;
const GROWTH = 8;

/**
 * Checks that what nodes compute from constants alone finds room: a file of a few bytes can ask for terabytes.
 * @param graph whose small constants are folded
 * @throws hugeConstants
 */
export function checkConstants(graph: Graph, shapes: Shapes, file: string): void {
  const computed = divide(graph).constant.flatMap((node) =>
    node.outputs.flatMap((tensor) => {
      const shape = shapes.get(tensor);
      return shape === undefined ? [] : [{ node, shape, bytes: 4 * elementCount(shape) }];
    }),
  );
  const add = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  const given = add(Array.from(graph.initializers.values(), ({ bytes }) => bytes.length));
  const total = add(computed.map(({ bytes }) => bytes));
  if (total <= CONSTANT_BYTES + GROWTH * given) return;
  const [largest] = computed.toSorted((a, b) => b.bytes - a.bytes);
  if (largest === undefined) return;
  const { node, shape } = largest;
  const gigabytes = Math.round(total / 1e9);
  throw fail('hugeConstants', {
    file,
    gigabytes,
    node: labelOf(node),
    op: node.op,
    shape: shape.join(' × '),
  });
}

/**
 * Checks that the weights of convolutions fit what they are applied to: ONNX Runtime looks at that only when a model
 * runs.
 * @throws misfitWeights
 */
export function checkWeightShapes(graph: Graph, shapes: Shapes, file: string): void {
  const shapeOf = (tensor: string): readonly number[] | undefined =>
    graph.initializers.get(tensor)?.dims ?? shapes.get(tensor);
  for (const node of graph.nodes) {
    if (node.op !== 'Conv' && node.op !== 'ConvTranspose') continue;
    const tensor = input(node, 1);
    const [x, weights] = [shapeOf(input(node, 0)), shapeOf(tensor)];
    if (x === undefined || weights === undefined || fit(node, x, weights)) continue;
    const sizes = { shape: weights.join(' × '), input: x.join(' × ') };
    throw fail('misfitWeights', { file, tensor, node: labelOf(node), op: node.op, ...sizes });
  }
}

/** Weights are (M, C / group, …), of a ConvTranspose (C, M / group, …), for an input (N, C, …). */
function fit(node: Node, x: readonly number[], weights: readonly number[]): boolean {
  const group = int(node, 'group', 1);
  const [first = 0, second = 0] = weights;
  const channels = node.op === 'Conv' ? second * group : first;
  return weights.length === x.length && channels === x[1] && first % group === 0;
}
