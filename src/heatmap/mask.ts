import type { Grid } from './grid.js';
import { upsampleBilinear } from './upsample.js';

/** 1 where Up(map) > mean + k·std of Up(map), else 0; Up is bilinear to the size asked for. */
export function maskOf(map: Grid, width: number, height: number, k = 1): Uint8Array {
  const { values } = upsampleBilinear(map, width, height);
  return maskAbove(values, meanPlusStd(values, k));
}

/** 1 where a value exceeds the threshold, else 0. */
export function maskAbove(values: Float32Array, threshold: number): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) mask[i] = (values[i] ?? 0) > threshold ? 1 : 0;
  return mask;
}

/** Mean + k times the standard deviation of the values themselves, Σ(v − mean)² / n under the root. */
export function meanPlusStd(values: Float32Array, k: number): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return mean + k * Math.sqrt(squares / values.length);
}

/** Which part of the pixels a mask keeps, 0 … 1. */
export function shareKept(mask: Uint8Array): number {
  let kept = 0;
  for (const value of mask) kept += value;
  return mask.length > 0 ? kept / mask.length : 0;
}
