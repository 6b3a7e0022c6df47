import { expect, it } from 'vitest';

import { inOneBuffer } from '../../../../src/extension/panel/oneBuffer.js';
import type { Explanation, LayerExplanation } from '../../../../src/protocol/explanation.js';

function layer(seed: number): LayerExplanation {
  return {
    tensor: `t${seed}`,
    channels: 3,
    height: 1,
    width: 2,
    map: Float32Array.of(seed, seed + 0.5),
    weights: Float32Array.of(-seed, 0, seed),
    top: [
      { channel: 2, weight: seed, activation: Float32Array.of(seed * 2, 1) },
      { channel: 0, weight: -seed, activation: Float32Array.of(seed * 3, 2) },
    ],
    relevanceSum: seed,
  };
}

/** Every buffer that a message with this value would carry. */
function buffers(value: unknown, found = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) buffers(part, found);
  return found;
}

it('keeps every number, in a single buffer', () => {
  const explanation: Explanation = {
    model: 'm.onnx',
    method: 'relevance-cam',
    predictions: [],
    probabilities: Float32Array.of(0.75, 0.25),
    target: { index: 0, label: 'a', probability: 0.75, logit: 1 },
    layers: Array.from({ length: 100 }, (_, index) => layer(index)),
  };
  expect(buffers(explanation).size).toBeGreaterThan(255);
  const moved = inOneBuffer(explanation);
  expect(moved).toEqual(explanation);
  expect(buffers(moved).size).toBe(1);
});
