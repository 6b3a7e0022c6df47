import { fail } from '../failure.js';
import { int, type Graph, type Node } from '../onnx/graph.js';
import { input } from '../rules/rule.js';
import type { Shapes } from './shapes.js';

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
    throw fail('misfitWeights', { file, tensor, node: node.name, op: node.op, ...sizes });
  }
}

/** Weights are (M, C / group, …), of a ConvTranspose (C, M / group, …), for an input (N, C, …). */
function fit(node: Node, x: readonly number[], weights: readonly number[]): boolean {
  const group = int(node, 'group', 1);
  const [first = 0, second = 0] = weights;
  const channels = node.op === 'Conv' ? second * group : first;
  return weights.length === x.length && channels === x[1] && first % group === 0;
}
