import { GraphBuilder, type Value } from '../../onnx/builder.js';
import { float, type Graph, input, int, type Node, output } from '../../onnx/graph.js';
import { floatTensor, floatValues } from '../../onnx/tensor.js';
import { reachedFrom, soleReaders } from '../../onnx/walk.js';
import type { Canonisable } from './canonisable.js';

/**
 * Folds every BatchNormalization-15 into the linear operator before it, whose output nothing else reads:
 * w′ = w γ/√(σ² + ε), b′ = (b − μ) γ/√(σ² + ε) + β. The weights are scaled by an operator that ONNX Runtime carries out
 * when a session is made.
 */
export function foldBatchNormalization({ graph, image, shapes: known }: Canonisable): Canonisable {
  const builder = new GraphBuilder('fold/');
  const soleReader = soleReaders(graph);
  const shapes = new Map<string, readonly number[]>();
  const fromImage = reachedFrom(graph, image);
  const replaced = new Map<Node, readonly Node[]>();
  for (const linear of graph.nodes) {
    const next = soleReader(output(linear));
    if (next?.op !== 'BatchNormalization') continue;
    const weight = input(linear, 1);
    const dims = graph.initializers.get(weight)?.dims ?? known.get(weight);
    const axis = channelAxis(linear);
    const channels = perChannel(graph, linear, next);
    if (dims === undefined || axis === null || channels === null || fromImage.has(weight)) continue;
    const along = dims.map((_, index) => (index === axis ? channels.scale.length : 1));
    const scaled = builder.mul(weight, builder.constant(floatTensor(channels.scale, along)));
    const bias = builder.constant(floatTensor(channels.bias, [channels.bias.length]));
    shapes.set(scaled, dims).set(bias, [channels.bias.length]);
    const folded = { ...linear, inputs: [input(linear, 0), scaled, bias], outputs: next.outputs };
    replaced.set(linear, [folded]).set(next, []);
  }
  const isConstant = (node: Node): boolean => !node.outputs.some((name) => fromImage.has(name));
  const constants = graph.nodes.filter(isConstant);
  const rest = graph.nodes.filter((node) => !isConstant(node));
  return {
    graph: {
      ...graph,
      nodes: [...constants, ...builder.nodes, ...rest.flatMap((node) => replaced.get(node) ?? [node])],
      initializers: new Map([...graph.initializers, ...builder.initializers]),
    },
    image,
    shapes: new Map([...known, ...shapes]),
  };
}

/** The weight axis that runs over output channels; null where folding does not apply. */
function channelAxis(node: Node): number | null {
  if (node.op === 'Conv') return 0;
  if (node.op === 'ConvTranspose') return int(node, 'group', 1) === 1 ? 1 : null;
  if (node.op === 'Gemm' && float(node, 'alpha', 1) === 1 && float(node, 'beta', 1) === 1)
    return int(node, 'transB', 0) === 1 ? 0 : 1;
  return null;
}

/** Factor and new bias of every channel; null where a parameter is not a stored constant. */
function perChannel(
  graph: Graph,
  linear: Node,
  normalization: Node,
): { readonly scale: readonly number[]; readonly bias: readonly number[] } | null {
  const read = (name: Value): Float32Array | null => {
    const tensor = graph.initializers.get(name);
    return tensor === undefined ? null : floatValues(tensor);
  };
  const [gamma, beta, mean, variance] = normalization.inputs.slice(1).map(read);
  if (!gamma || !beta || !mean || !variance) return null;
  const ownBias = input(linear, 2) === '' ? new Float32Array(gamma.length) : read(input(linear, 2));
  if (ownBias?.length !== gamma.length) return null;
  const epsilon = float(normalization, 'epsilon', 1e-5);
  const scale = Array.from(gamma, (value, index) => value / Math.sqrt((variance[index] ?? 0) + epsilon));
  const bias = scale.map(
    (factor, index) => ((ownBias[index] ?? 0) - (mean[index] ?? 0)) * factor + (beta[index] ?? 0),
  );
  return { scale, bias };
}
