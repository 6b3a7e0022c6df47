import type { LayerExplanation } from '../../protocol/explanation.js';
import { areTokensIdle } from '../../protocol/idleTokens.js';
import type { LayerInfo } from '../../protocol/model.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { extentOf } from '../../heatmap/normalize.js';

/** Why a map says nothing about places; null where it does. */
export function flatText(
  info: Pick<LayerInfo, 'tokens'>,
  shown: Pick<LayerExplanation, 'map' | 'relevanceSum'>,
  strings: PanelStrings,
): string | null {
  const flat = flatValuesText(shown.map, strings);
  return flat !== null && areTokensIdle(info, shown) ? strings.idleTokens : flat;
}

/** The same of values that are no map of a method, as a channel's activation. */
export function flatValuesText(values: Float32Array, strings: Pick<PanelStrings, 'flatMap'>): string | null {
  const [low, high] = extentOf(values);
  return low === high ? strings.flatMap : null;
}
