import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { disagreement } from '../../../../src/engine/model/agreement.js';
import type { RawExplanation } from '../../../../src/engine/model/explainer.js';
import type { LayerExplanation } from '../../../../src/protocol/explanation.js';

const CHANNELS = 6;
const values = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ min: Math.fround(0.1), max: 10, noNaN: true }), {
      minLength: length,
      maxLength: length,
    })
    .map((list) => Float32Array.from(list, (value, index) => value * (1 + index)));

const layer = (tensor: string): fc.Arbitrary<LayerExplanation> =>
  fc.tuple(values(12), values(CHANNELS)).map(([map, weights]) => ({
    ...{ tensor, channels: CHANNELS, height: 3, width: 4, map, weights, top: [], relevanceSum: 1 },
  }));
const explanation: fc.Arbitrary<RawExplanation> = fc
  .tuple(values(5), layer('first'), layer('second'))
  .map(([logits, ...layers]) => ({ method: 'relevance-cam', output: logits, logits, target: 4, layers }));

/** An explanation with all numbers changed, or those of one layer. */
function changed(
  of: RawExplanation,
  change: (value: number, index: number) => number,
  isMeant: (tensor: string) => boolean = () => true,
): RawExplanation {
  const layers = of.layers.map((each) =>
    isMeant(each.tensor)
      ? { ...each, map: each.map.map(change), weights: each.weights?.map(change) ?? null }
      : each,
  );
  return { ...of, logits: isMeant('logits') ? of.logits.map(change) : of.logits, layers };
}

describe('two explanations', () => {
  test('that differ by rounding are the same', () => {
    fc.assert(
      fc.property(explanation, (one) => {
        const other = changed(one, (value, index) => value * (1 + (index % 2 === 0 ? 1e-5 : -1e-5)));
        expect(disagreement([one], [other])).toBeNull();
        expect(disagreement([one], [one])).toBeNull();
      }),
    );
  });

  test.each<[string, (value: number, index: number) => number]>([
    ['another scale', (value) => 1.05 * value],
    ['another sign', (value) => -value],
    ['another place', (value, index) => (index % 3 === 0 ? 2 * value : value)],
    ['no number', () => NaN],
    ['nothing', () => 0],
  ])('with %s in a layer differ, and it is named', (_, change) => {
    fc.assert(
      fc.property(explanation, fc.constantFrom('first', 'second'), (one, tensor) => {
        const other = changed(one, change, (name) => name === tensor);
        expect(disagreement([one], [other])).toBe(tensor);
      }),
    );
  });

  test('that differ in all layers are told apart by the last', () => {
    fc.assert(
      fc.property(explanation, (one) => {
        expect(
          disagreement(
            [one],
            [
              changed(
                one,
                (value) => 2 * value,
                (name) => name !== 'logits',
              ),
            ],
          ),
        ).toBe('second');
      }),
    );
  });

  test('with other logits, of another class, without a layer, or one of them, differ', () => {
    fc.assert(
      fc.property(explanation, (one) => {
        expect(
          disagreement(
            [one],
            [
              changed(
                one,
                (value) => 1.01 * value,
                (name) => name === 'logits',
              ),
            ],
          ),
        ).toBe('logits');
        expect(disagreement([one], [{ ...one, target: 3 }])).toBe('logits');
        expect(disagreement([one], [{ ...one, layers: one.layers.slice(1) }])).toBe('first');
        expect(disagreement([one, one], [one])).toBe('logits');
      }),
    );
  });

  test('of which neither has numbers in a layer are the same', () => {
    fc.assert(
      fc.property(explanation, (one) => {
        const none = changed(
          one,
          () => NaN,
          (name) => name === 'first',
        );
        expect(disagreement([none], [none])).toBeNull();
      }),
    );
  });
});
