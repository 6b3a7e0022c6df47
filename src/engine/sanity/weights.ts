import type { Value } from '../onnx/builder.js';
import type { Node, ValueInfo } from '../onnx/graph.js';
import { DataType, floatValues } from '../onnx/tensor.js';
import { divide, partFor, upstreamOf } from '../onnx/walk.js';
import type { Analysis } from '../rules/analysis.js';
import { floats } from '../runtime/fetched.js';
import { createSession } from '../runtime/session.js';
import { momentsOf } from './normal.js';

/** A constant that a model has learned. */
export interface Weight {
  readonly tensor: Value;
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** Reads it; of several the one nearest to the logits. */
  readonly node: Node;
}

/** Which inputs of an operator are learned where they are constants: weights, biases, and scale and shift of norms. */
const LEARNED: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [0, 1, 2],
  MatMul: [0, 1],
  Einsum: [0, 1, 2],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  LayerNormalization: [1, 2],
  RMSNormalization: [1],
  SimplifiedLayerNormalization: [1],
  PRelu: [1],
};

/** Operators with constants that are learned behind a linear operator (a bias, a layer's scale, the places of tokens) … */
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul']);

/** … and not before any, where they prepare the picture. */
const LINEAR = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'Einsum']);

/**
 * The weights of a prepared model, in the order of computation: what linear operators, norms and arithmetic read of
 * constants. Where a BatchNormalization is folded into the operator before it, that one's weight and bias are the weights, and
 * where it stands by itself, its scale and shift: its mean and variance, which training counts and does not learn, stay.
 * What has one value everywhere is left out, since drawing it anew would not change it.
 * @param file names the model in errors
 * @throws outOfMemory
 */
export async function weightsOf(analysis: Analysis, file: string): Promise<readonly Weight[]> {
  const read = readAsWeights(analysis);
  const { constant } = divide(analysis.graph);
  const ofConstants = { ...analysis.graph, nodes: constant };
  // A copy, like the negation of a class's row, follows from the weight that it is computed from.
  const isCopy = (tensor: Value): boolean =>
    [...upstreamOf(ofConstants, tensor)].some((other) => other !== tensor && read.has(other));
  const found = [...read].filter(([tensor]) => !isCopy(tensor));
  const computed = await valuesOf(
    ofConstants,
    found.flatMap(([tensor]) => (analysis.graph.initializers.has(tensor) ? [] : tensor)),
    file,
  );
  return found.flatMap(([tensor, node]) => {
    const stored = analysis.graph.initializers.get(tensor);
    const values = stored === undefined ? computed.get(tensor) : floatValues(stored);
    if (!values || momentsOf(values).deviation === 0 || (ARITHMETIC.has(node.op) && isMask(values)))
      return [];
    return [{ tensor, dims: analysis.shape(tensor), values, node }];
  });
}

/** Constants that are read as weights, with the last node that does. */
function readAsWeights({ graph, isConstant }: Analysis): ReadonlyMap<Value, Node> {
  const found = new Map<Value, Node>();
  const behindLinear = new Set<Value>();
  for (const node of graph.nodes) {
    if (node.outputs.every(isConstant)) continue;
    const isBehind = node.inputs.some((name) => behindLinear.has(name));
    if (isBehind || LINEAR.has(node.op)) for (const name of node.outputs) behindLinear.add(name);
    const places = LEARNED[node.op] ?? (isBehind && ARITHMETIC.has(node.op) ? [0, 1] : []);
    for (const place of places) {
      const name = node.inputs[place] ?? '';
      if (name === '' || !isConstant(name)) continue;
      found.delete(name);
      found.set(name, node);
    }
  }
  return found;
}

/** Whether a constant says yes or no, as a mask of attention or of pruned weights does. */
function isMask(values: Float32Array): boolean {
  return new Set(values).size <= 2;
}

async function valuesOf(
  graph: Analysis['graph'],
  tensors: readonly Value[],
  file: string,
): Promise<ReadonlyMap<Value, Float32Array>> {
  if (tensors.length === 0) return new Map();
  const outputs = tensors.map((name): ValueInfo => ({ name, dataType: DataType.UNDEFINED, shape: null }));
  const session = await createSession({ ...partFor(graph, outputs), inputs: [] }, file, {
    graphOptimizationLevel: 'disabled',
  });
  try {
    const results = await session.run({});
    return new Map(tensors.map((name) => [name, floats(results, name)]));
  } finally {
    await session.dispose();
  }
}
