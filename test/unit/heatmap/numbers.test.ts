import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskOf } from '../../../src/heatmap/mask.js';
import { extentOf, normalize, signedExtentOf } from '../../../src/heatmap/normalize.js';
import { hoyerSparsity, weightShares } from '../../../src/heatmap/weights.js';

test('min–max normalisation reaches 0 and 1 and is linear between', () => {
  expect([...normalize(Float32Array.of(-2, 0, 2))]).toEqual([0, 0.5, 1]);
});

test('a constant map becomes zeros', () => {
  expect([...normalize(Float32Array.of(7, 7))]).toEqual([0, 0]);
});

test('a given scale cuts what lies outside it', () => {
  expect([...normalize(Float32Array.of(-1, 1, 9), [0, 4])]).toEqual([0, 0.25, 1]);
});

test('the extent spans all arrays', () => {
  expect(extentOf(Float32Array.of(1, 2), Float32Array.of(-3))).toEqual([-3, 2]);
  expect(extentOf()).toEqual([0, 0]);
});

test('on the signed scale zero has the middle colour where there are both signs, else the scale is the values’ own', () => {
  const values = fc.float32Array({ minLength: 1, noNaN: true, noDefaultInfinity: true, min: -99, max: 99 });
  fc.assert(
    fc.property(values, (all) => {
      const scale = signedExtentOf(all);
      const isMixed = all.some((value) => value < 0) && all.some((value) => value > 0);
      if (!isMixed) expect(scale).toEqual([Math.min(...all), Math.max(...all)]);
      else expect([...normalize(Float32Array.of(0), scale)]).toEqual([0.5]);
      expect(all.every((value) => scale[0] <= value && value <= scale[1])).toBe(true);
    }),
  );
});

test('the mask keeps what exceeds mean + 1 σ', () => {
  // mean 1, σ = √(Σ(v−1)²/5) = 2: only 5 exceeds 3.
  expect([...maskOf({ width: 5, height: 1, values: Float32Array.of(0, 0, 0, 0, 5) }, 5, 1)]).toEqual([
    0, 0, 0, 0, 1,
  ]);
  expect([...maskOf({ width: 2, height: 1, values: Float32Array.of(4, 4) }, 2, 1)]).toEqual([0, 0]);
});

test('shares add up to one and ignore the sign', () => {
  expect([...weightShares(Float32Array.of(1, -2, 1))]).toEqual([0.25, 0.5, 0.25]);
  expect([...weightShares(Float32Array.of(0, 0))]).toEqual([0, 0]);
});

test('sparsity is 1 for one channel alone, 0 for equal ones, and by hand between', () => {
  expect(hoyerSparsity(Float32Array.of(0, -3, 0, 0))).toBeCloseTo(1, 6);
  expect(hoyerSparsity(Float32Array.of(2, -2, 2, 2))).toBeCloseTo(0, 6);
  // K = 4, ‖α‖₁ = 7, ‖α‖₂ = 5: (2 − 1.4) / 1
  expect(hoyerSparsity(Float32Array.of(3, 4, 0, 0))).toBeCloseTo(0.6, 6);
  expect(hoyerSparsity(Float32Array.of(1))).toBeNull();
  expect(hoyerSparsity(Float32Array.of(0, 0))).toBeNull();
});
