import type { LayerExplanation } from '../protocol/explanation.js';

/**
 * Whether all that is told of a layer are numbers. A model whose weights and logits are finite may leave the range of
 * float32 all the same: in a layer that a bounded function follows, or on the way back.
 */
export function isFiniteLayer({ map, weights, top, relevanceSum }: LayerExplanation): boolean {
  const arrays = [map, weights, ...top.flatMap(({ activation, carried }) => [activation, carried])];
  return Number.isFinite(relevanceSum ?? 0) && arrays.every((values) => values === null || isFinite(values));
}

/** Float32s are finite exactly if their sum in double precision is: a third of the time of looking at each. */
function isFinite(values: Float32Array): boolean {
  let sum = 0;
  for (const value of values) sum += value;
  return Number.isFinite(sum);
}
