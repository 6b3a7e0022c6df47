import type { LayerExplanation } from '../../../protocol/explanation.js';
import { correlation } from '../../../heatmap/correlation.js';
import { upsampleBilinear } from '../../../heatmap/upsample.js';
import { gridOf } from '../../state/selectors.js';
import type { Values } from '../shared/correlationAxis.js';

/** Of so many classes every pair is shown: three lines are what a plot carries. */
export const MAX_PAIRED = 3;

export interface Pair {
  readonly first: number;
  readonly second: number;
  /** Correlation of the two maps per layer. */
  readonly values: Values;
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
