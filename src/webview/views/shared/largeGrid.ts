import type { Grid } from '../../../heatmap/grid.js';
import type { Scale } from '../../state/selectors.js';

/** A map of a view, to be looked at large. */
export interface LargeItem {
  readonly title: string;
  /** What tells it from the others of its column, and from those of its row. */
  readonly row: string;
  readonly column: string;
  readonly grid: Grid;
  readonly scale: Scale;
  /** The picture is shown above this value of the map alone; null: the map in its colours. */
  readonly keptAbove: number | null;
  /** Brings it into Explain; null where it is not shown there. */
  readonly explain: (() => void) | null;
}

/** Rows of maps as a view has them; null where there is none to see. */
export type LargeGrid = readonly (readonly (LargeItem | null)[])[];

export interface LargePlace {
  readonly row: number;
  readonly column: number;
}

/** Each is the key that leads there. */
export const DIRECTIONS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
export type Direction = (typeof DIRECTIONS)[number];

const STEPS: Readonly<Record<Direction, LargePlace>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
};

export function itemAt(grid: LargeGrid, { row, column }: LargePlace): LargeItem | null {
  return grid[row]?.[column] ?? null;
}

/** The next place in a direction where there is a map: those without one are passed over. */
export function placeBeside(grid: LargeGrid, from: LargePlace, direction: Direction): LargePlace | null {
  const by = STEPS[direction];
  const next = { row: from.row + by.row, column: from.column + by.column };
  if (grid[next.row]?.[next.column] === undefined) return null;
  return itemAt(grid, next) ? next : placeBeside(grid, next, direction);
}
