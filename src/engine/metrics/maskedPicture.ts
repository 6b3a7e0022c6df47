import { normalize } from '../../heatmap/normalize.js';
import type { MeasuredMap } from './metric.js';
import { changedPicture } from './changedPicture.js';

/**
 * x ⊙ M, with M = Up(map) brought to 0 … 1 by its own minimum and maximum; a constant map shows nothing of the picture.
 * The mask multiplies the preprocessed input.
 */
export function maskedPicture({ picture, up }: MeasuredMap): readonly [Float32Array] {
  const mask = normalize(up);
  return [changedPicture(picture, (value, pixel) => value * (mask[pixel] ?? 0))];
}
