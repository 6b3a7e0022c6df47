import type { Graph, ValueInfo } from '../onnx/graph.js';
import { elementCount, type Tensor } from '../onnx/tensor.js';
import { readBy } from '../onnx/walk.js';
import { optimize } from '../runtime/optimize.js';

/**
 * Constants of this many elements and more are weights; they stay out of the way of constant folding. Smaller ones (no
 * shape, no bias is larger) may be folded.
 */
const WEIGHT_ELEMENTS = 16_384;

/**
 * Lets ONNX Runtime fold shape arithmetic and drop what does nothing. Weights are handed to it as inputs, so the time it
 * takes does not depend on the size of the model; names of tensors stay.
 * @param graph with inputs of fixed size
 * @param cacheFolder where the runtime may write
 */
export async function simplify(graph: Graph, file: string, cacheFolder: string): Promise<Graph> {
  const weights = new Map([...graph.initializers].filter(([, tensor]) => isWeight(tensor)));
  const withoutWeights = weightsAsInputs(graph);
  const simplified = await optimize(withoutWeights, file, cacheFolder);
  const used = new Set(simplified.nodes.flatMap(readBy));
  return {
    ...simplified,
    producer: graph.producer,
    inputs: simplified.inputs.filter(({ name }) => !weights.has(name)),
    initializers: new Map([...simplified.initializers, ...weights].filter(([name]) => used.has(name))),
  };
}

/** The graph with its weights as inputs of known shape. */
export function weightsAsInputs(graph: Graph): Graph {
  const isInput = ([, tensor]: readonly [string, Tensor]): boolean => isWeight(tensor);
  const inputs = [...graph.initializers]
    .filter(isInput)
    .map(([name, { dataType, dims }]): ValueInfo => ({ name, dataType, shape: dims }));
  const small = [...graph.initializers].filter((entry) => !isInput(entry));
  return { ...graph, initializers: new Map(small), inputs: [...graph.inputs, ...inputs] };
}

function isWeight({ dims }: Tensor): boolean {
  return elementCount(dims) >= WEIGHT_ELEMENTS;
}
