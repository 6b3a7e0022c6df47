import type { Estimate } from './metricTable.js';
import { Random } from './random.js';

/** One value of every picture; null where it is not defined. */
export type Column = readonly (number | null)[];

const RESAMPLES = 1000;
/** What lies beyond each end of an interval of 95 %. */
const TAIL = 0.025;

/**
 * The means of what is known of a sample of pictures, with their bootstrap 95 % intervals: each of 1,000 resamples draws as
 * many pictures as there are, the same ones for all columns.
 * @param columns of equal length
 * @returns one for each column; null where it is defined for no picture
 */
export function bootstrap(columns: readonly Column[], seed: number): readonly (Estimate | null)[] {
  const count = columns[0]?.length ?? 0;
  const sums = columns.map(sumsOf);
  const random = new Random(seed);
  const drawn = new Uint32Array(count);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let place = 0; place < count; place++) drawn[place] = random.below(count);
    for (const column of sums) {
      const mean = meanOf(column, drawn);
      if (mean !== null) column.means.push(mean);
    }
  }
  const all = Uint32Array.from({ length: count }, (_, picture) => picture);
  return sums.map((column) => {
    const mean = meanOf(column, all);
    if (mean === null) return null;
    const sorted = Float64Array.from(column.means).sort();
    const n = column.counted.reduce((sum, one) => sum + one, 0);
    return { mean, low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL), n };
  });
}

interface Sums {
  /** 0 where it is not defined. */
  readonly values: Float64Array;
  readonly counted: Uint8Array;
  /** Of the resamples. */
  readonly means: number[];
}

function sumsOf(column: Column): Sums {
  return {
    values: Float64Array.from(column, (value) => value ?? 0),
    counted: Uint8Array.from(column, (value) => (value === null ? 0 : 1)),
    means: [],
  };
}

/** null where the value is defined for none of the pictures. */
function meanOf({ values, counted }: Sums, pictures: Uint32Array): number | null {
  let sum = 0;
  let count = 0;
  for (const picture of pictures) {
    sum += values[picture] ?? 0;
    count += counted[picture] ?? 0;
  }
  return count === 0 ? null : sum / count;
}

/** Between the two nearest of sorted values, as far as it lies between them. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (place - Math.floor(place)) * (above - below);
}
