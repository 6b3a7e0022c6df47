import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Analysis } from '../rules/analysis.js';
import type { Range } from '../rules/rule.js';

/** Names of the inputs for the lowest and highest value of a pixel: float, of the image's shape with H = W = 1. */
export const LOW = 'relevance-cam/low';
export const HIGH = 'relevance-cam/high';

/** Operators that a model may apply to the image first and that keep "between" as it is, or turn it around. */
const RANGE_KEEPING = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Cast', 'Identity', 'BatchNormalization', 'Clip'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice', 'Split', 'Gather', 'Concat', 'Pad'],
]);

/**
 * What values the image can have, and what comes of the image by normalising and rearranging it inside the model: the
 * same operators applied to the bounds.
 * @returns the range of a tensor; null where it is no such
 */
export function pixelRange(
  analysis: Analysis,
  builder: GraphBuilder,
  image: Value,
): (tensor: Value) => Range | null {
  const known = new Map<Value, Range | null>();
  const rangeOf = (tensor: Value): Range | null => {
    const range = known.get(tensor);
    if (range !== undefined) return range;
    const found = tensor === image ? imageRange() : computedRange(tensor);
    known.set(tensor, found);
    return found;
  };
  const imageRange = (): Range => {
    const shape = builder.ints(analysis.shape(image));
    return { low: builder.op('Expand', [LOW, shape]), high: builder.op('Expand', [HIGH, shape]) };
  };
  const computedRange = (tensor: Value): Range | null => {
    const node = analysis.producer(tensor);
    if (node === undefined || !RANGE_KEEPING.has(node.op)) return null;
    const fromImage = node.inputs.filter((name) => name !== '' && !analysis.isConstant(name));
    if (fromImage.length > 1 && node.op !== 'Concat') return null;
    if (fromImage.some((name) => rangeOf(name) === null)) return null;
    const applied = (side: keyof Range): Value => {
      const inputs = node.inputs.map((name) =>
        fromImage.includes(name) ? (rangeOf(name)?.[side] ?? '') : name,
      );
      const attributes = Object.fromEntries(node.attributes);
      const outputs = builder.opWithOutputs(node.op, inputs, attributes, node.outputs.length);
      return outputs[node.outputs.indexOf(tensor)] ?? '';
    };
    const [a, b] = [applied('low'), applied('high')];
    // A negative factor exchanges them.
    return { low: builder.op('Min', [a, b]), high: builder.op('Max', [a, b]) };
  };
  return rangeOf;
}
