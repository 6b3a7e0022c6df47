import type { Grid } from './grid.js';
import { maskOf, shareKept } from './mask.js';

/** Where a map is strongest, by thirds of its sides, and how much of the picture it is strong on. */
export interface MapSummary {
  readonly horizontal: 'left' | 'middle' | 'right';
  readonly vertical: 'top' | 'middle' | 'bottom';
  /** Which part of the picture the map, enlarged to it, exceeds its mean by one standard deviation on, 0 … 1. */
  readonly share: number;
}

/**
 * A map in so few words that it can be said.
 * @param width of the model's input, as which the picture counts
 * @returns null where the map is equally strong everywhere
 */
export function summaryOf(map: Grid, width: number, height: number): MapSummary | null {
  const { values } = map;
  const highest = values.reduce((best, value, cell) => (value > (values[best] ?? 0) ? cell : best), 0);
  if (values.every((value) => value === values[highest])) return null;
  const [column, row] = [highest % map.width, Math.floor(highest / map.width)];
  return {
    horizontal: thirdOf(column, map.width, ['left', 'middle', 'right']),
    vertical: thirdOf(row, map.height, ['top', 'middle', 'bottom']),
    share: shareKept(maskOf(map, width, height)),
  };
}

/** In which third the centre of a cell lies. */
function thirdOf<T>(cell: number, size: number, [first, second, last]: readonly [T, T, T]): T {
  const at = (cell + 0.5) / size;
  if (at < 1 / 3) return first;
  return at > 2 / 3 ? last : second;
}
