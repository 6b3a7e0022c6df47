/**
 * A symmetric linear system whose unknowns lie on a grid and are joined to their eight neighbours at most: of each
 * (Σ_j w_ij + g_i) x_i − Σ_j w_ij x_j is given. Arrays have a margin of one cell around the grid.
 */
export interface GridSystem {
  readonly height: number;
  readonly width: number;
  /** w between each cell and the one on each of `SIDES`; 0 where one of the two is no unknown. */
  readonly weights: readonly Float64Array[];
  /** Σ_j w_ij + g_i; 0 where there is no unknown. */
  readonly diagonal: Float64Array;
}

/** Place of a cell in the arrays. */
export function placeOf({ width }: Pick<GridSystem, 'width'>, y: number, x: number): number {
  return (y + 1) * (width + 2) + x + 1;
}

/** How many values the arrays have. */
export function sizeOf({ height, width }: Pick<GridSystem, 'height' | 'width'>): number {
  return (height + 2) * (width + 2);
}

/** Half of the neighbours, the others being on their opposite sides: rows and columns on. */
export const SIDES = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/** How far on in the arrays each of `SIDES` is. */
export function directions({ width }: Pick<GridSystem, 'width'>): readonly [number, number, number, number] {
  return [1, width + 2, width + 3, width + 1];
}

/** What the system gives for x, into `result`. */
export function apply(system: GridSystem, x: Float64Array, result: Float64Array): void {
  const { weights, diagonal } = system;
  for (let i = 0; i < x.length; i++) result[i] = (diagonal[i] ?? 0) * (x[i] ?? 0);
  directions(system).forEach((step, side) => {
    const to = weights[side] ?? diagonal;
    for (let i = step; i < x.length - step; i++) {
      const onBothSides = (to[i] ?? 0) * (x[i + step] ?? 0) + (to[i - step] ?? 0) * (x[i - step] ?? 0);
      result[i] = (result[i] ?? 0) - onBothSides;
    }
  });
}
