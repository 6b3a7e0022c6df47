import { magnitudeQuantile } from './quantile.js';

/** How strongly values are coloured: where a map says little, what lies below it stays as it is. */
export interface Strengths {
  /** Magnitude up to which a value takes no colour. */
  readonly quiet: number;
  /** Magnitude from which it takes all of it. */
  readonly full: number;
}

/**
 * A map of one value says nothing about places: none is strong.
 * @param quiet share of the map, from its weakest values, that takes no colour: 0 … 1
 * @param scale lowest and highest value that the colours tell apart
 */
export function strengthsOf(
  values: Float32Array,
  quiet: number,
  [low, high]: readonly [number, number],
): Strengths {
  const full = low < high ? Math.max(Math.abs(low), Math.abs(high)) : Infinity;
  return { quiet: magnitudeQuantile(values, quiet), full };
}

/**
 * 0 … 1, rising at first and then ever more slowly: in proportion, shallow maps with a few strong values would hardly be
 * seen; by the root, the colours would begin with an edge. Where most values are as strong as can be, these alone count.
 */
export function strengthAt(value: number, { quiet, full }: Strengths): number {
  const magnitude = Math.abs(value);
  if (full <= quiet) return magnitude >= full ? 1 : 0;
  const strength = Math.min(1, Math.max(0, (magnitude - quiet) / (full - quiet)));
  return strength * (2 - strength);
}
