import type { LayerExplanation } from './explanation.js';
import type { LayerInfo } from './model.js';

/** Why a map of tokens is 0 everywhere. */
export const IDLE_TOKENS =
  'In the last block only the class token goes on to the classifier: the picture’s tokens take no part any more.';

/** Whether relevance reaches a layer of tokens, but none of those that stand for the picture. */
export function areTokensIdle(
  { tokens }: Pick<LayerInfo, 'tokens'>,
  { map, relevanceSum }: Pick<LayerExplanation, 'map' | 'relevanceSum'>,
): boolean {
  return tokens && relevanceSum !== null && relevanceSum !== 0 && map.every((value) => value === 0);
}
