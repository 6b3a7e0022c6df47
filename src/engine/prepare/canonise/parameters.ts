import { counted } from '../../onnx/axes.js';
import { type Graph, input, int, type Node, type Shapes } from '../../onnx/graph.js';
import { elementCount, floatValues, integerValues } from '../../onnx/tensor.js';

/** The value of a float constant of one element; null for anything else. */
export function scalarOf({ initializers }: Graph, tensor: string): number | null {
  const constant = initializers.get(tensor);
  if (constant === undefined || elementCount(constant.dims) !== 1) return null;
  return floatValues(constant)?.[0] ?? null;
}

/** More channels than a layer has. */
const MOST_CHANNELS = 8192;

/** The values of a float constant that differ along one axis at most; null for anything else, and for a single value. */
export function perChannel(
  { initializers }: Graph,
  tensor: string,
): { readonly dims: readonly number[]; readonly values: readonly number[] } | null {
  const constant = initializers.get(tensor);
  if (constant?.dims.filter((size) => size !== 1).length !== 1) return null;
  if (elementCount(constant.dims) > MOST_CHANNELS) return null;
  const values = floatValues(constant);
  return values && { dims: constant.dims, values: Array.from(values) };
}

/**
 * The axes that a Reduce operator (opset 18) names, not negative and ascending.
 * @returns null where it names none, or does not keep them
 */
export function keptAxes(node: Node, { initializers }: Graph, shapes: Shapes): readonly number[] | null {
  const rank = shapes.get(input(node, 0))?.length;
  const constant = initializers.get(input(node, 1));
  const axes = constant === undefined ? null : integerValues(constant);
  if (int(node, 'keepdims', 1) !== 1 || rank === undefined || axes === null || axes.length === 0) return null;
  return axes.map((axis) => counted(axis, rank)).sort((a, b) => a - b);
}
