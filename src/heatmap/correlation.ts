import type { Grid } from './grid.js';
import { upsampleBilinear } from './upsample.js';

/**
 * Pearson's correlation of two maps, both bilinear at the size given: −1 … 1.
 * null where it is not defined: one of them has the same value everywhere.
 */
export function mapCorrelation(a: Grid, b: Grid, width: number, height: number): number | null {
  return correlation(upsampleBilinear(a, width, height).values, upsampleBilinear(b, width, height).values);
}

/** Pearson's correlation of values given in the same order; null where one side is constant. */
export function correlation(a: Float32Array, b: Float32Array): number | null {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    both += left * right;
    squaresA += left * left;
    squaresB += right * right;
  }
  // Not of the product, which leaves the range of numbers for maps as small as 1e-80.
  const scale = Math.sqrt(squaresA) * Math.sqrt(squaresB);
  return scale > 0 ? Math.min(1, Math.max(-1, both / scale)) : null;
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
