import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Analysis } from '../rules/analysis.js';
import { activationsOf } from '../rules/flow.js';
import { imagePixels } from '../rules/pixels.js';
import type { Range } from '../rules/rule.js';

/** Names of the inputs for the lowest and highest value of a pixel: float, of the image's shape with H = W = 1. */
export const LOW = 'relevance-cam/low';
export const HIGH = 'relevance-cam/high';

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
  const isPixels = imagePixels(analysis, image);
  const known = new Map<Value, Range | null>();
  const rangeOf = (tensor: Value): Range | null => {
    const range = known.get(tensor);
    if (range !== undefined) return range;
    const found = tensor === image ? imageRange() : isPixels(tensor) ? computedRange(tensor) : null;
    known.set(tensor, found);
    return found;
  };
  const imageRange = (): Range => {
    const shape = builder.ints(analysis.shape(image));
    return { low: builder.op('Expand', [LOW, shape]), high: builder.op('Expand', [HIGH, shape]) };
  };
  const computedRange = (tensor: Value): Range | null => {
    const node = analysis.producer(tensor);
    if (node === undefined) return null;
    const fromImage = activationsOf(analysis, node);
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
