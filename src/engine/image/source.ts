import type { InputSource } from '../../protocol/engineApi.js';
import type { ModelInfo } from '../../protocol/model.js';
import { decodePicture } from './decode.js';
import { loadArray } from './npy.js';
import { preprocess } from './preprocess.js';

/**
 * Values of the model's input, in its shape.
 * @throws every failure of reading a picture or an array
 */
export async function inputOf(
  { kind, path }: InputSource,
  { input, preprocessing }: ModelInfo,
  maxMegapixels: number,
): Promise<Float32Array> {
  return kind === 'array'
    ? loadArray(path, input.shape)
    : preprocess(await decodePicture(path, preprocessing, maxMegapixels), preprocessing);
}
