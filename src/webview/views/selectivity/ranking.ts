import type { LayerExplanation } from '../../../protocol/explanation.js';
import type { MethodId } from '../../../protocol/methods.js';
import { extentOf } from '../../../heatmap/normalize.js';
import { hoyerSparsity, normalizeWeights, weightShares } from '../../../heatmap/weights.js';
import { channelsByWeight } from '../../layers/sortedWeights.js';
import type { WeightRange } from './plotGeometry.js';

/** How many of the heaviest channels are shown. */
export const TOP = 3;

/** How one method weighs the channels of a layer. */
export interface Ranking {
  readonly method: MethodId;
  readonly layer: LayerExplanation;
  /** Which part of the layer's passes is through, 0 … 1; null where its values are final. */
  readonly through: number | null;
  /** α / max |α|, by channel. */
  readonly weights: Float32Array;
  /** Part of Σ|α|, by channel. */
  readonly shares: Float32Array;
  /** Channels from the highest weight to the lowest. */
  readonly order: readonly number[];
  /** Rank of every channel, from 0. */
  readonly ranks: readonly number[];
  /** The same weights in that order. */
  readonly sorted: Float32Array;
  /** null where it is not defined. */
  readonly hoyer: number | null;
}

/** null for a method that weighs no channels. */
export function rankingOf(
  method: MethodId,
  layer: LayerExplanation,
  through: number | null = null,
): Ranking | null {
  if (!layer.weights) return null;
  const weights = normalizeWeights(layer.weights);
  const order = channelsByWeight(weights);
  const ranks: number[] = [];
  order.forEach((channel, rank) => (ranks[channel] = rank));
  return {
    method,
    layer,
    through,
    weights,
    shares: weightShares(layer.weights),
    order,
    ranks,
    sorted: Float32Array.from(order, (channel) => weights[channel] ?? 0),
    hoyer: hoyerSparsity(layer.weights),
  };
}

/** The axis that fits all of them. */
export function commonRange(rankings: readonly Ranking[]): WeightRange {
  const [lowest] = extentOf(...rankings.map(({ weights }) => weights));
  return [Math.min(0, lowest), 1];
}

/** The weights that the axis names: its ends and zero, as long as they do not run into one another. */
export function axisValues([low, high]: WeightRange): readonly number[] {
  return low < -0.15 * (high - low) ? [high, 0, low] : [high, 0];
}

/** Part of Σ|α| that the heaviest channels shown hold together. */
export function topShare({ layer, shares }: Ranking): number {
  return layer.top.slice(0, TOP).reduce((sum, { channel }) => sum + (shares[channel] ?? 0), 0);
}
