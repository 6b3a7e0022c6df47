import { type Graph, ints } from '../onnx/graph.js';
import { integerValues } from '../onnx/tensor.js';

/** The values of an integer constant, be it stored or written as a node; null for any other tensor. */
export function constantIntegers(graph: Graph, tensor: string): readonly number[] | null {
  const stored = graph.initializers.get(tensor);
  if (stored !== undefined) return integerValues(stored);
  const node = graph.nodes.find(({ op, outputs }) => op === 'Constant' && outputs.includes(tensor));
  if (node === undefined) return null;
  const value = node.attributes.get('value');
  return value?.type === 'tensor' ? integerValues(value.value) : ints(node, 'value_ints');
}
