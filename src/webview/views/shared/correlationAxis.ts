/** Values along a plot; null where one is not defined, as of a flat map, and undefined where it is not known. */
export type Values = readonly (number | null | undefined)[];

/** Lowest value of the plot's axis; its highest is 1. */
export function axisLow(lines: readonly Values[]): number {
  const values = lines.flat().filter((value) => typeof value === 'number');
  return values.some((value) => value < 0) ? -1 : 0;
}

export function axisTicks(low: number): readonly number[] {
  return low < 0 ? [1, 0, -1] : [1, 0.5, 0];
}

/** A plot's lines: points in a row without a gap belong to one. */
export function segmentsOf(values: Values): readonly (readonly Point[])[] {
  const segments: Point[][] = [[]];
  values.forEach((value, column) => {
    if (typeof value === 'number') segments.at(-1)?.push({ column, value });
    else segments.push([]);
  });
  return segments.filter(({ length }) => length > 0);
}

export interface Point {
  readonly column: number;
  readonly value: number;
}
