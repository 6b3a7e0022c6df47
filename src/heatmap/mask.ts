import type { Grid } from './grid.js';
import { upsampleBilinear } from './upsample.js';

/** 1 where Up(map) > mean + 1·std of Up(map), else 0; Up is bilinear to the size asked for. */
export function maskOf(map: Grid, width: number, height: number): Uint8Array {
  const { values } = upsampleBilinear(map, width, height);
  const threshold = meanPlusStd(values);
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) mask[i] = (values[i] ?? 0) > threshold ? 1 : 0;
  return mask;
}

function meanPlusStd(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return mean + Math.sqrt(squares / values.length);
}
