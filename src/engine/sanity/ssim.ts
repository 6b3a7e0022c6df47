import type { Grid } from '../../heatmap/grid.js';

/** The Gaussian window of Wang et al. 2004: 11 × 11, σ = 1.5. */
const RADIUS = 5;
const SIGMA = 1.5;

/** (K₁L)² and (K₂L)² for values from 0 to L = 1. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

const KERNEL = gaussian();

/**
 * Structural similarity (Wang et al. 2004) of two fields of one size with values of 0 to 1: the mean over every place where
 * the whole window lies inside.
 * @returns −1 … 1; null where no window fits in
 */
export function ssim(a: Grid, b: Grid): number | null {
  const { width, height } = a;
  if (Math.min(width, height) < KERNEL.length) return null;
  const average = (value: (x: number, y: number) => number): Float64Array => {
    const values = Float64Array.from(a.values, (x, index) => value(x, b.values[index] ?? 0));
    return blurred(values, width, height);
  };
  const [meansA, meansB] = [average((x) => x), average((_, y) => y)];
  const [squaresA, squaresB] = [average((x) => x * x), average((_, y) => y * y)];
  const products = average((x, y) => x * y);
  let sum = 0;
  for (let i = 0; i < products.length; i++) {
    const [meanA, meanB] = [meansA[i] ?? 0, meansB[i] ?? 0];
    const variances = (squaresA[i] ?? 0) - meanA * meanA + ((squaresB[i] ?? 0) - meanB * meanB);
    const covariance = (products[i] ?? 0) - meanA * meanB;
    sum +=
      ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
      ((meanA * meanA + meanB * meanB + C1) * (variances + C2));
  }
  return sum / products.length;
}

/** The mean by the window wherever it lies inside: (height − 10) × (width − 10) values. */
function blurred(values: Float64Array, width: number, height: number): Float64Array {
  const insideWidth = width - 2 * RADIUS;
  const rows = convolved(values, height, insideWidth, width, 1);
  return convolved(rows, height - 2 * RADIUS, insideWidth, insideWidth, insideWidth);
}

/** One value a place, of those `apart` from each other that begin there. */
function convolved(
  values: Float64Array,
  height: number,
  width: number,
  stride: number,
  apart: number,
): Float64Array {
  const found = new Float64Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const start = y * stride + x;
      for (let i = 0; i < KERNEL.length; i++) sum += (KERNEL[i] ?? 0) * (values[start + i * apart] ?? 0);
      found[y * width + x] = sum;
    }
  return found;
}

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, index) =>
    Math.exp(-((index - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
