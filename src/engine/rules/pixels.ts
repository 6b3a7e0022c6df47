import type { Value } from '../onnx/builder.js';
import { activationsOf, type Flow, memoised } from './flow.js';

/** Operators that a model may apply to the image first and that keep "between" as it is, or turn it around. */
const RANGE_KEEPING = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Cast', 'Identity', 'BatchNormalization', 'Clip'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice', 'Split', 'Gather', 'Concat', 'Pad'],
]);

/** Whether a tensor is the image, or what comes of it by normalising and rearranging it inside the model. */
export function imagePixels(
  flow: Pick<Flow, 'producer' | 'isConstant'>,
  image: Value,
): (tensor: Value) => boolean {
  const isPixels: (tensor: Value) => boolean = memoised((tensor) => {
    if (tensor === image) return true;
    const node = flow.producer(tensor);
    if (node === undefined || !RANGE_KEEPING.has(node.op)) return false;
    const fromImage = activationsOf(flow, node);
    return (fromImage.length === 1 || node.op === 'Concat') && fromImage.every(isPixels);
  });
  return isPixels;
}
