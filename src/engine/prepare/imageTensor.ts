import * as ort from 'onnxruntime-node';

import type { ImageInput } from './imageInput.js';

/** The values of the image input as the model takes them. */
export function imageTensor(image: ImageInput, shape: readonly number[], input: Float32Array): ort.Tensor {
  return image.isBytes
    ? new ort.Tensor('uint8', Uint8Array.from(input, Math.round), shape)
    : new ort.Tensor('float32', input, shape);
}
