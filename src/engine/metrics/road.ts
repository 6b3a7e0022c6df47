import { changedPicture } from './changedPicture.js';
import { imputed } from './imputation.js';
import type { MeasuredMap, Metric, Series } from './metric.js';
import { normalNumbers } from './noise.js';
import { byRelevance } from './ranking.js';

/** Which parts of the picture are removed. */
const REMOVED = [0.2, 0.4, 0.6, 0.8];
/** Deviation of the noise on what stands in place of removed pixels, in the model's input. */
const NOISE = 0.01;

/** The picture with the least relevant pixels removed, and with the most relevant, by each of these parts. */
const removed: Series = function* (map) {
  const ranked = byRelevance(map.up);
  for (const part of REMOVED) {
    // As many as lie from the quantile on, which of n values is a place from 0 to n − 1.
    const count = ranked.length - Math.ceil((ranked.length - 1) * (1 - part));
    yield filled(map, ranked.subarray(-count));
    yield filled(map, ranked.subarray(0, count));
  }
};

/**
 * ROAD (Rong et al., ICML 2022): half of how much more probable the class is with the least relevant pixels removed than
 * with the most relevant, mean over 20, 40, 60 and 80 % removed; removed pixels are filled by noisy linear imputation.
 */
export const road: Metric = {
  series: removed,
  value: ({ picture: { probability } }, probabilities) => {
    if (probability === null) return null;
    const sum = probabilities.reduce((total, value, index) => total + (index % 2 === 0 ? value : -value), 0);
    return sum / 2 / REMOVED.length;
  },
};

function filled({ picture }: MeasuredMap, pixels: Uint32Array): Float32Array {
  const isRemoved = new Uint8Array(picture.height * picture.width);
  for (const pixel of pixels) isRemoved[pixel] = 1;
  const noise = normalNumbers(picture.seed);
  const smooth = imputed(picture, isRemoved);
  return changedPicture({ ...picture, input: smooth }, (value, pixel) =>
    isRemoved[pixel] ? value + NOISE * noise.next().value : value,
  );
}
