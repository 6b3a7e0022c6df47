import type { Explanation } from '../../protocol/explanation.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { MethodId } from '../../protocol/methods.js';
import type { LayerInfo, ModelInfo } from '../../protocol/model.js';
import { pixelLayer } from '../../protocol/pixels.js';

/**
 * The layers as the explanation's method can explain them, after the input's pixels where it explains those. Without an
 * explanation, as methods that need relevance can.
 */
export function layersFor(model: ModelInfo, explanation: Explanation | null): readonly LayerInfo[] {
  if (explanation === null) return model.layers;
  const blockers = new Map(explanation.blocked.map(({ tensor, blockedBy }) => [tensor, blockedBy]));
  const { pixels } = METHOD_FACTS[explanation.method];
  return [...(pixels ? [pixelLayer(model)] : []), ...model.layers].map((layer) => ({
    ...layer,
    blockedBy: blockers.get(layer.tensor) ?? null,
  }));
}

/** The layers that come with the explanation; those of a method that takes a pass a channel are needed one by one. */
export function layersAtOnce(method: MethodId, { input, layers }: ModelInfo): readonly string[] | null {
  const { perChannel, pixels } = METHOD_FACTS[method];
  if (perChannel) return [];
  return pixels ? [input.name, ...layers.map(({ tensor }) => tensor)] : null;
}

/** The layer that is shown before a model has explained anything: the one chosen, else the deepest that relevance reaches. */
export function shownLayer({ input, layers }: ModelInfo, chosen: string | null): string | null {
  const tensors = [input.name, ...layers.map(({ tensor }) => tensor)];
  const deepest = layers.findLast(({ blockedBy }) => blockedBy === null);
  return tensors.find((tensor) => tensor === chosen) ?? deepest?.tensor ?? null;
}
