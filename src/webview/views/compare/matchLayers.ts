import type { LayerChoice } from '../../layers/layerChoices.js';

/** The layer of another model that stands for one, and what tells so. */
export interface MatchedLayer {
  readonly layer: LayerChoice;
  readonly by: 'name' | 'stage';
}

/** The layers of a model from shallow to deep, the input's pixels first. */
export type ModelLayers = readonly [LayerChoice, ...LayerChoice[]];

/**
 * The layer of another model that is compared with one of a model: that of the same stage, which is as often reduced from
 * the input, by its name, else as deep in it. null where the other has no layers.
 */
export function matchLayer(layer: LayerChoice, all: ModelLayers, others: ModelLayers): MatchedLayer | null {
  const [input, ...own] = all;
  const [pixels, ...deeper] = others;
  if (layer.tensor === input.tensor) return { layer: pixels, by: 'name' };
  const stage = stageOf(layer, input);
  const named = deeper.find((other) => other.path === layer.path && stageOf(other, pixels) === stage);
  if (named) return { layer: named, by: 'name' };
  const apart = (other: LayerChoice): number => Math.abs(stageOf(other, pixels) - stage);
  const nearest = Math.min(...deeper.map(apart));
  const candidates = deeper.filter((other) => apart(other) === nearest);
  const same = own.filter((other) => stageOf(other, input) === stage);
  const depth = (same.findIndex(({ tensor }) => tensor === layer.tensor) + 1) / same.length;
  const found = candidates[Math.max(0, Math.round(depth * candidates.length) - 1)];
  return found ? { layer: found, by: 'stage' } : null;
}

/** How often a layer's height is half of the input's. */
function stageOf({ height }: LayerChoice, input: LayerChoice): number {
  return Math.round(Math.log2(input.height / height));
}
