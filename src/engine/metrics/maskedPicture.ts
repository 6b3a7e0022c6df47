import { normalize } from '../../heatmap/normalize.js';
import type { MeasuredMap } from './metric.js';

/**
 * x ⊙ M, with M = Up(map) brought to 0 … 1 by its own minimum and maximum; a constant map shows nothing of the picture.
 * The mask multiplies the preprocessed input.
 */
export function maskedPicture({ picture, up }: MeasuredMap): readonly [Float32Array] {
  const { input, layout, channels } = picture;
  const mask = normalize(up);
  const masked = new Float32Array(input.length);
  const [channelStride, pixelStride] = layout === 'NCHW' ? [mask.length, 1] : [1, channels];
  // Of all changed pictures the one that every evaluation makes: a function called with each value would take longer.
  for (let channel = 0; channel < channels; channel++)
    for (let pixel = 0; pixel < mask.length; pixel++) {
      const at = channel * channelStride + pixel * pixelStride;
      masked[at] = (input[at] ?? 0) * (mask[pixel] ?? 0);
    }
  return [masked];
}
