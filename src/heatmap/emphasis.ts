import { magnitudeQuantile } from './quantile.js';

/** How strongly values are coloured: where a map says little, what lies below it stays as it is. */
export interface Strengths {
  /** Magnitude up to which a value takes no colour. */
  readonly quiet: number;
  /** Magnitude from which it takes all of it. */
  readonly full: number;
}

/**
 * @param quiet share of the map, from its weakest values, that takes no colour: 0 … 1
 * @param scale lowest and highest value that the colours tell apart
 */
export function strengthsOf(
  values: Float32Array,
  quiet: number,
  [low, high]: readonly [number, number],
): Strengths {
  return { quiet: magnitudeQuantile(values, quiet), full: Math.max(Math.abs(low), Math.abs(high)) };
}

/**
 * 0 … 1, by the root: in proportion, shallow maps with a few strong values would hardly be seen. 0 everywhere
 * on a map whose values have all the same magnitude.
 */
export function strengthAt(value: number, { quiet, full }: Strengths): number {
  const strength = (Math.abs(value) - quiet) / (full - quiet);
  return full > quiet ? Math.sqrt(Math.min(1, Math.max(0, strength))) : 0;
}
