import fc from 'fast-check';
import { expect, it } from 'vitest';

import { inOneBuffer } from '../../../../src/extension/panel/oneBuffer.js';
import type { Explanation, LayerExplanation } from '../../../../src/protocol/explanation.js';

const numbers = fc.float32Array({ maxLength: 6, noNaN: true });
const layers: fc.Arbitrary<LayerExplanation> = fc.record({
  tensor: fc.string(),
  channels: fc.nat(),
  height: fc.nat(),
  width: fc.nat(),
  map: numbers,
  weights: fc.option(numbers),
  top: fc.array(
    fc.record({ channel: fc.nat(), weight: fc.float(), activation: numbers, carried: fc.option(numbers) }),
    { maxLength: 3 },
  ),
  relevanceSum: fc.option(fc.float()),
});
const explanations: fc.Arbitrary<Explanation> = fc.record({
  model: fc.string(),
  method: fc.constantFrom('relevance-cam', 'lrp'),
  predictions: fc.constant([]),
  values: numbers,
  probabilities: fc.option(numbers),
  apart: fc.constant(null),
  target: fc.constant({ index: 0, label: 'a', probability: 0.75, value: 0.75, logit: 1 }),
  layers: fc.array(layers, { maxLength: 5 }),
  blocked: fc.constant([]),
});

/** Every buffer that a message with this value would carry. */
function buffers(value: unknown, found = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) buffers(part, found);
  return found;
}

it('keeps every number of every explanation, in a single buffer', () => {
  fc.assert(
    fc.property(fc.array(explanations, { maxLength: 4 }), (given) => {
      const moved = inOneBuffer(given);
      expect(moved).toEqual(given);
      expect(buffers(moved).size).toBe(given.length === 0 ? 0 : 1);
    }),
  );
});

it('holds more arrays than a message may carry buffers', () => {
  const map = Float32Array.of(1, 2);
  const layer = {
    tensor: 't',
    channels: 1,
    height: 1,
    width: 2,
    weights: null,
    top: [],
    relevanceSum: null,
  } as const;
  const explanation: Explanation = {
    model: 'm.onnx',
    method: 'lrp',
    predictions: [],
    values: Float32Array.of(0.75, 0.25),
    probabilities: Float32Array.of(0.75, 0.25),
    apart: null,
    target: { index: 0, label: 'a', probability: 0.75, value: 0.75, logit: 1 },
    layers: Array.from({ length: 300 }, () => ({ ...layer, map: map.slice() })),
    blocked: [],
  };
  expect(buffers(explanation).size).toBeGreaterThan(255);
  expect(buffers(inOneBuffer([explanation])).size).toBe(1);
});
