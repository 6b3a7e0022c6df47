// What models take, and what they do to a picture before their first convolution. The values expected of the files in
// fixtures/cases are ONNX Runtime's on the files as they are.
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { constant, graphOf, node, numbers } from './graphs.js';

export const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const;
export const to = (value: number) => ({ to: { type: 'int', value } }) as const;

/** A classifier of what `from` holds. */
const body = (from: string): readonly Node[] => [
  node('Conv', [from, 'w'], ['c']),
  node('Relu', ['c'], ['r']),
  node('GlobalAveragePool', ['r'], ['p']),
  node('Flatten', ['p'], ['f']),
  node('Gemm', ['f', 'fc'], ['logits']),
];
const WEIGHTS = { w: constant(numbers([8, 3, 3, 3], 1)), fc: constant(numbers([8, 4], 2)) };
export const SHAPE = [1, 3, 10, 10];

export function taking(
  nodes: readonly Node[],
  constants: Readonly<Record<string, Tensor>> = {},
  { shape = SHAPE, dataType = DataType.FLOAT }: { shape?: readonly number[]; dataType?: DataType } = {},
): Graph {
  const from = nodes.at(-1)?.outputs[0] ?? 'x';
  const graph = graphOf(shape, [...nodes, ...body(from)], { ...WEIGHTS, ...constants });
  return { ...graph, inputs: [{ name: 'x', dataType, shape }] };
}
