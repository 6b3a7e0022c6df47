import type { LayerExplanation } from '../../../protocol/explanation.js';
import { correlation } from '../../../heatmap/correlation.js';
import { upsampleBilinear } from '../../../heatmap/upsample.js';
import { gridOf } from '../../state/selectors.js';

/** Of so many classes every pair is shown: three lines are what a plot carries. */
export const MAX_PAIRED = 3;

export interface Pair {
  readonly first: number;
  readonly second: number;
  /**
   * Correlation of the two maps per layer; null where it is not defined, as with a flat map, and undefined where one of
   * them is not known.
   */
  readonly values: readonly (number | null | undefined)[];
}

export interface ClassMaps {
  readonly target: number;
  /** One per layer; null where it is not known. */
  readonly layers: readonly (LayerExplanation | null)[];
}

/** Every pair of the first classes, correlated layer by layer at the size of the model's input. */
export function pairsOf(classes: readonly ClassMaps[], width: number, height: number): readonly Pair[] {
  const enlarged = classes.slice(0, MAX_PAIRED).map(({ target, layers }) => ({
    target,
    maps: layers.map((layer) => layer && upsampleBilinear(gridOf(layer), width, height).values),
  }));
  return enlarged.flatMap((first, index) =>
    enlarged.slice(index + 1).map((second) => ({
      first: first.target,
      second: second.target,
      values: first.maps.map((map, layer) => {
        const other = second.maps[layer];
        return map && other ? correlation(map, other) : undefined;
      }),
    })),
  );
}

/** Lowest value of the plot's axis; its highest is 1. */
export function axisLow(pairs: readonly Pair[]): number {
  const values = pairs.flatMap((pair) => pair.values.filter((value) => typeof value === 'number'));
  return values.some((value) => value < 0) ? -1 : 0;
}

export function axisTicks(low: number): readonly number[] {
  return low < 0 ? [1, 0, -1] : [1, 0.5, 0];
}

/** A plot's lines: points in a row without a gap belong to one. */
export function segmentsOf(values: Pair['values']): readonly (readonly Point[])[] {
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
