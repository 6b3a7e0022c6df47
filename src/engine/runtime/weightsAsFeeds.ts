import * as ort from 'onnxruntime-node';

import type { Graph, ValueInfo } from '../onnx/graph.js';
import { DataType, floatValues, type Tensor } from '../onnx/tensor.js';
import { readBy } from '../onnx/walk.js';
import type { Feeds } from './session.js';

/** Operators whose kernels take their constants from the graph alone. */
const WITH_CONSTANTS = new Set(['Resize', 'Upsample']);

/**
 * A graph with its weights as inputs, and what to feed them with: a session of it holds none, and a run reads them where
 * they are.
 */
export function weightsAsFeeds(graph: Graph): { readonly open: Graph; readonly weights: Feeds } {
  const fixed = new Set(graph.nodes.flatMap((node) => (WITH_CONSTANTS.has(node.op) ? readBy(node) : [])));
  const weights = new Map<string, ort.Tensor>();
  const inputs: ValueInfo[] = [];
  const left = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) {
    const { dims } = tensor;
    // Single numbers without an axis are those of operators: an ε, a limit.
    const values = dims.length === 0 || fixed.has(name) ? null : floatValues(tensor);
    if (values === null) left.set(name, tensor);
    else {
      weights.set(name, new ort.Tensor('float32', values, dims));
      inputs.push({ name, dataType: DataType.FLOAT, shape: dims });
    }
  }
  const open = { ...graph, inputs: [...graph.inputs, ...inputs], initializers: left };
  return { open, weights: Object.fromEntries(weights) };
}
