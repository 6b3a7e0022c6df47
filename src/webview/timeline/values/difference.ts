import type { Grid } from '../../../heatmap/grid.js';
import { normalize } from '../../../heatmap/normalize.js';

/**
 * How a map differs from another: both from their lowest value, 0, to their highest, 1; then the one minus the other,
 * −1 … 1. null where they are not of one size.
 */
export function differenceOf(map: Grid, other: Grid): Grid | null {
  const { width, height, values } = map;
  if (other.width !== width || other.height !== height) return null;
  const [to, from] = [normalize(values), normalize(other.values)];
  return { width, height, values: to.map((value, i) => value - (from[i] ?? 0)) };
}
