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
  const [low, high] = extentOf(shown.map);
  if (low !== high) return null;
  return areTokensIdle(info, shown) ? strings.idleTokens : strings.flatMap;
}
