import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipped, magnitudeQuantile } from '../../../src/heatmap/quantile.js';

describe('a quantile of magnitudes', () => {
  it('lies between neighbours in order, as NumPy has it', () => {
    // numpy.quantile(abs([3, -1, 0, 2, -10]), [0, 0.25, 0.5, 0.9, 1])
    const values = Float32Array.of(3, -1, 0, 2, -10);
    const shares = [0, 0.25, 0.5, 0.9, 1].map((share) => magnitudeQuantile(values, share));
    [0, 1, 2, 7.2, 10].forEach((value, i) => {
      expect(shares[i]).toBeCloseTo(value, 5);
    });
  });
});

describe('a clipped scale', () => {
  const outlier = (value: number): Float32Array =>
    new Float32Array(200).map((_, i) => (i === 0 ? value : i % 5));

  it('does without one value that is larger than all others', () => {
    expect(clipped([0, 1000], outlier(1000))).toEqual([0, 4]);
    expect(clipped([-1000, 4], outlier(-1000))).toEqual([-4, 4]);
  });

  it('keeps its width where nearly all values are the same', () => {
    expect(clipped([0, 7], new Float32Array(500).fill(7, 0, 1))).toEqual([0, 7]);
  });

  it('never leaves the scale', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }), (list) => {
        const values = Float32Array.from(list);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const [from, to] = clipped([low, high], values);
        expect(from).toBeGreaterThanOrEqual(low);
        expect(to).toBeLessThanOrEqual(high);
        expect(to > from).toBe(high > low);
      }),
    );
  });
});
