import { correlation } from '../../heatmap/correlation.js';

/**
 * Spearman's rank correlation of values given in the same order; equal values share the mean of their ranks.
 * @returns −1 … 1; null where one side has the same value everywhere
 */
export function spearman(a: Float32Array, b: Float32Array): number | null {
  return correlation(ranks(a), ranks(b));
}

/** Ranks of up to 2²³ values, halves among them, are exact in float32. */
function ranks(values: Float32Array): Float32Array {
  const order = Uint32Array.from(values.keys()).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const found = new Float32Array(values.length);
  for (let start = 0; start < order.length;) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end++;
    for (const index of order.subarray(start, end)) found[index] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}
