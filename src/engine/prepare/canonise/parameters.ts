import { counted } from '../../onnx/axes.js';
import { type Graph, input, int, type Node, type Shapes } from '../../onnx/graph.js';
import { elementCount, floatValues, integerValues } from '../../onnx/tensor.js';

/** The value of a float constant of one element; null for anything else. */
export function scalarOf({ initializers }: Graph, tensor: string): number | null {
  const constant = initializers.get(tensor);
  if (constant === undefined || elementCount(constant.dims) !== 1) return null;
  return floatValues(constant)?.[0] ?? null;
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
