import { weightShares } from '../../heatmap/weights.js';
import type { Explanation, LayerExplanation } from '../../protocol/explanation.js';
import { formatNpy } from '../image/npy.js';

/** A float32 value with as many digits as tell it from every other one, and no more. */
export function float32Digits(value: number): number {
  return Number(value.toPrecision(9));
}

/** The map as float32 .npy, height × width. */
export function mapNpy({ height, width, map }: LayerExplanation): Uint8Array {
  return formatNpy({ shape: [height, width], values: map });
}

/**
 * Everything that was computed of a layer, with the class it was computed for, as JSON.
 * @param from what it was computed of; stands first
 */
export function layerJson(from: object, explanation: Explanation, layer: LayerExplanation): string {
  const { method, target } = explanation;
  const values = (array: Float32Array): number[] => Array.from(array, float32Digits);
  const top = layer.top.map(({ channel, weight, activation }) => {
    return { channel, weight: float32Digits(weight), activation: values(activation) };
  });
  const { map, weights, ...rest } = layer;
  const written = { map: values(map), weights: weights && values(weights), top };
  const content = { ...from, method, target, ...rest, ...written };
  return `${JSON.stringify(content)}\n`;
}

/** Channel, weight α and its share |α| / Σ|α|, the heaviest channel first, as CSV. */
export function weightsCsv(weights: Float32Array): string {
  const shares = weightShares(weights);
  const rows = Array.from(weights, (weight, channel) => ({ channel, weight, share: shares[channel] ?? 0 }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ channel, weight, share }) => `${channel},${float32Digits(weight)},${float32Digits(share)}`);
  return ['channel,weight,share', ...rows, ''].join('\r\n');
}
