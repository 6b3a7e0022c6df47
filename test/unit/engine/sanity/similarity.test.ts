import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';

import { momentsOf, randomNumbers, redrawn } from '../../../../src/engine/sanity/normal.js';
import { spearman } from '../../../../src/engine/sanity/spearman.js';
import { ssim } from '../../../../src/engine/sanity/ssim.js';

const numbers = v.array(v.number());
const pair = v.object({ a: numbers, b: numbers, spearman: v.number(), ssim: v.number() });
const file = path.join(import.meta.dirname, '../../../fixtures/sanity/expected.json');
const { width, height, pairs, weights } = v.parse(
  v.object({
    width: v.number(),
    height: v.number(),
    pairs: v.record(v.string(), pair),
    weights: v.object({ seed: v.number(), values: numbers, drawn: numbers }),
  }),
  JSON.parse(readFileSync(file, 'utf8')),
);

test.each(Object.entries(pairs))('%s: the rank correlation is that of SciPy', (_, { a, b, ...expected }) => {
  expect(spearman(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(expected.spearman, 5);
});

test.each(Object.entries(pairs))('%s: the structural similarity is that of scikit-image', (_, expected) => {
  const a = { width, height, values: Float32Array.from(expected.a) };
  const b = { width, height, values: Float32Array.from(expected.b) };
  expect(ssim(a, b)).toBeCloseTo(expected.ssim, 6);
  expect(ssim(b, a)).toBeCloseTo(expected.ssim, 6);
  expect(ssim(a, a)).toBeCloseTo(1, 12);
});

test('a field smaller than the window has no structural similarity', () => {
  const small = { width: 30, height: 10, values: new Float32Array(300) };
  expect(ssim(small, small)).toBeNull();
});

test('ranks know of order alone', () => {
  const signed = fc.integer({ min: -1000, max: 1000 });
  const pairsOfValues = fc.array(fc.tuple(signed, signed), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(pairsOfValues, (both) => {
      const a = Float32Array.from(both, ([x]) => x);
      const b = Float32Array.from(both, ([, y]) => y);
      const found = spearman(a, b);
      expect(
        spearman(
          a.map((value) => (value / 100) ** 3),
          b,
        ),
      ).toBe(found);
      const falling = spearman(
        a.map((value) => -value),
        b,
      );
      if (found === null) expect(falling).toBeNull();
      else expect(falling).toBeCloseTo(-found, 6);
    }),
  );
});

test('ranks of a map that is the same everywhere say nothing', () => {
  expect(spearman(new Float32Array(4).fill(2), Float32Array.of(1, 2, 3, 4))).toBeNull();
});

test('the weights drawn are those of the generator written in Python', () => {
  const drawn = redrawn(Float32Array.from(weights.values), randomNumbers(weights.seed));
  expect([...drawn]).toEqual(weights.drawn.map((value) => Math.fround(value)));
});

test('the weights drawn have the mean and the deviation of those they replace, and the shape of a normal distribution', () => {
  const values = Float32Array.from({ length: 100_000 }, (_, index) => 3 + (index % 2 === 0 ? 0.5 : -0.5));
  const drawn = redrawn(values, randomNumbers(1));
  const { mean, deviation } = momentsOf(drawn);
  expect(mean).toBeCloseTo(3, 2);
  expect(deviation).toBeCloseTo(0.5, 2);
  const within = (sigmas: number): number =>
    drawn.filter((value) => Math.abs(value - 3) < 0.5 * sigmas).length / drawn.length;
  expect(within(1)).toBeCloseTo(0.6827, 2);
  expect(within(2)).toBeCloseTo(0.9545, 2);
  expect(within(3)).toBeCloseTo(0.9973, 2);
});
