import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bootstrap } from '../../../src/evaluation/bootstrap.js';
import { Random } from '../../../src/evaluation/random.js';

const values = fc.array(fc.option(fc.double({ min: -10, max: 10, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
});

describe('bootstrap', () => {
  it('has the mean of what is defined, and the percentiles of the means of 1,000 resamples', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (column, seed) => {
        expect(bootstrap([column], seed)).toEqual([naive(column, seed)]);
      }),
      { numRuns: 30 },
    );
  });

  it('comes near to the interval of a normal distribution for many values', () => {
    const random = new Random(7);
    const many = Array.from({ length: 900 }, () => random.below(1000) / 1000);
    const [estimate] = bootstrap([many], 1);
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
    const variance = many.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (many.length - 1);
    const reach = 1.96 * Math.sqrt(variance / many.length);
    expect(estimate?.low).toBeGreaterThan(mean - 1.1 * reach);
    expect(estimate?.low).toBeLessThan(mean - 0.9 * reach);
    expect(estimate?.high).toBeGreaterThan(mean + 0.9 * reach);
    expect(estimate?.high).toBeLessThan(mean + 1.1 * reach);
  });

  it('draws the same pictures for every column, so that a difference has the interval of pairs', () => {
    const column = [3, 1, 4, 1, 5, 9, 2, 6];
    const [one, shifted] = bootstrap([column, column.map((value) => value + 100)], 3);
    expect(shifted?.low).toBeCloseTo((one?.low ?? NaN) + 100, 9);
    expect(shifted?.high).toBeCloseTo((one?.high ?? NaN) + 100, 9);
  });

  it('says nothing of what is defined nowhere, and has no width for one value', () => {
    expect(bootstrap([[null, null]], 0)).toEqual([null]);
    expect(bootstrap([[null, 4]], 0)).toEqual([{ mean: 4, low: 4, high: 4, n: 1 }]);
    expect(bootstrap([[]], 0)).toEqual([null]);
  });
});

function naive(column: readonly (number | null)[], seed: number): unknown {
  const random = new Random(seed);
  const means: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const resample = column.map(() => column[random.below(column.length)] ?? null);
    const defined = resample.filter((value) => value !== null);
    if (defined.length > 0) means.push(average(defined));
  }
  const defined = column.filter((value) => value !== null);
  if (defined.length === 0) return null;
  means.sort((a, b) => a - b);
  const ends = [0.025, 0.975].map((share) => {
    const place = share * (means.length - 1);
    const at = (index: number): number => means[index] ?? NaN;
    return at(Math.floor(place)) + (place % 1) * (at(Math.ceil(place)) - at(Math.floor(place)));
  });
  const close = (value: number | undefined): unknown => expect.closeTo(value ?? NaN, 9);
  return { mean: close(average(defined)), low: close(ends[0]), high: close(ends[1]), n: defined.length };
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
