import * as ort from 'onnxruntime-node';

import { type ImageInput, isWhole } from './imageInput.js';

/** The values of the image input as the fixed graph takes them: whole numbers where the file does. */
export function imageTensor(image: ImageInput, shape: readonly number[], input: Float32Array): ort.Tensor {
  return new ort.Tensor('float32', isWhole(image) ? input.map(Math.round) : input, shape);
}
