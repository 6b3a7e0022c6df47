import { changedPicture, channelMeans } from './changedPicture.js';
import type { MeasuredMap, Series } from './metric.js';
import { byRelevance } from './ranking.js';

/** Every step removes or inserts this part of the pixels. */
const STEPS = 50;

/**
 * The picture with the most relevant 2, 4, … 100 % of its pixels removed: set to the mean of their channel over the
 * preprocessed picture.
 */
export const deleted: Series = (map) => partsOf(map, { from: 1, to: STEPS, keeps: 'rest' });

/** That mean with the most relevant 0, 2, … 98 % of the picture's pixels inserted. */
export const inserted: Series = (map) => partsOf(map, { from: 0, to: STEPS - 1, keeps: 'relevant' });

/** Area under a curve of equal steps from 0 to 1, by trapezia: the mean of a constant curve is its value. */
export function areaUnder(values: readonly number[]): number {
  const ends = ((values[0] ?? 0) + (values.at(-1) ?? 0)) / 2;
  return (values.reduce((sum, value) => sum + value, 0) - ends) / (values.length - 1);
}

interface Parts {
  readonly from: number;
  readonly to: number;
  readonly keeps: 'relevant' | 'rest';
}

function* partsOf({ picture, up }: MeasuredMap, { from, to, keeps }: Parts): Generator<Float32Array> {
  const means = channelMeans(picture);
  const rank = new Uint32Array(up.length);
  byRelevance(up).forEach((pixel, place) => {
    rank[pixel] = place;
  });
  for (let step = from; step <= to; step++) {
    const count = Math.round((step / STEPS) * up.length);
    yield changedPicture(picture, (value, pixel, channel) => {
      const isRelevant = (rank[pixel] ?? 0) < count;
      return isRelevant === (keeps === 'relevant') ? value : (means[channel] ?? 0);
    });
  }
}
