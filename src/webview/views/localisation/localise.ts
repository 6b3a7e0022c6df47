import type { Marks } from '../../../protocol/annotations.js';
import type { Grid } from '../../../heatmap/grid.js';
import { intersectionOverUnion } from '../../../heatmap/iou.js';
import { maskAbove, meanPlusStd, shareKept } from '../../../heatmap/mask.js';
import { upsampleBilinear } from '../../../heatmap/upsample.js';

export interface Localised {
  /** The value of Up(map) above which the picture is kept. */
  readonly threshold: number;
  /** Which part of the model's input is kept, 0 … 1. */
  readonly share: number;
  /** null where nothing is marked. */
  readonly iou: number | null;
}

/**
 * What the mask at mean + k·σ keeps, at the size of the model's input.
 * @param marked 1 in every pixel of the input that somebody marked; null where nobody did
 */
export function localise(
  map: Grid,
  k: number,
  input: Pick<Marks, 'inputWidth' | 'inputHeight'>,
  marked: Uint8Array | null,
): Localised {
  const { values } = upsampleBilinear(map, input.inputWidth, input.inputHeight);
  const threshold = meanPlusStd(values, k);
  const mask = maskAbove(values, threshold);
  return { threshold, share: shareKept(mask), iou: marked && intersectionOverUnion(mask, marked) };
}
