import type { Graph, Node } from '../onnx/graph.js';
import { DataType, int64Tensor, integerValues, type Tensor } from '../onnx/tensor.js';

/** The value of a constant of a file, be it stored or written as a node; null for any other tensor. */
export function constantOf({ initializers, nodes }: Graph, tensor: string): Tensor | null {
  const stored = initializers.get(tensor);
  if (stored !== undefined) return stored;
  const node = nodes.find(({ op, outputs }) => op === 'Constant' && outputs.includes(tensor));
  return node === undefined ? null : valueOf(node);
}

/** The values of an integer constant, be it stored or written as a node; null for any other tensor. */
export function constantIntegers(graph: Graph, tensor: string): readonly number[] | null {
  const constant = constantOf(graph, tensor);
  return constant && integerValues(constant);
}

/** What a Constant-13 puts out; null where that stands as bare floats, or as a single number or text. */
function valueOf({ attributes }: Node): Tensor | null {
  const [value, ints, texts] = ['value', 'value_ints', 'value_strings'].map((name) => attributes.get(name));
  if (value?.type === 'tensor') return value.value;
  if (ints?.type === 'ints') return int64Tensor(ints.value);
  if (texts?.type !== 'strings') return null;
  const strings = texts.value;
  return { dataType: DataType.STRING, dims: [strings.length], bytes: new Uint8Array(), strings };
}
