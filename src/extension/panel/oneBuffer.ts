import type { Explanation } from '../../protocol/explanation.js';

/**
 * The same explanation with all its numbers in one buffer. VS Code sends every buffer of a message to a page as an
 * argument of a call, counts those in one byte, and so loses what exceeds 255.
 */
export function inOneBuffer(explanation: Explanation): Explanation {
  const { probabilities, layers } = explanation;
  const arrays = [probabilities, ...layers.flatMap(({ map, weights }) => [map, weights])];
  const activations = layers.flatMap(({ top }) => top.map(({ activation }) => activation));
  const length = [...arrays, ...activations].reduce((sum, array) => sum + array.length, 0);
  const all = new Float32Array(length);
  let used = 0;
  const move = (values: Float32Array): Float32Array => {
    const moved = all.subarray(used, used + values.length);
    moved.set(values);
    used += values.length;
    return moved;
  };
  return {
    ...explanation,
    probabilities: move(probabilities),
    layers: layers.map((layer) => ({
      ...layer,
      map: move(layer.map),
      weights: move(layer.weights),
      top: layer.top.map((channel) => ({ ...channel, activation: move(channel.activation) })),
    })),
  };
}
