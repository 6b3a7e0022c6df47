import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { legendNumbers } from '../../../../src/webview/picture/legendNumbers.js';

describe('numbers below the colour bar', () => {
  it('hold the zero, to which the number of a near end gives way', () => {
    expect(legendNumbers([-0.0012, 5], 200)).toMatchObject({ low: false, high: true });
    expect(legendNumbers([-5, 0.0012], 200)).toMatchObject({ low: true, high: false });
    expect(legendNumbers([-0.0012, 5], 200).between).toContain(0);
    expect(legendNumbers([-5, 5], 200)).toEqual({ low: true, high: true, between: [0] });
  });

  it('are the ends and round values between them where there is no zero to be seen', () => {
    expect(legendNumbers([0, 4], 300)).toEqual({ low: true, high: true, between: [2] });
    expect(legendNumbers([1, 1], 300)).toEqual({ low: true, high: true, between: [] });
  });

  it('give way to longer ones at the ends', () => {
    expect(legendNumbers([0, 4], 60).between).toEqual([2]);
    expect(legendNumbers([0, 4], 60, { low: '0', high: '≥ 4.000001' }).between).toEqual([]);
  });

  it('always say where the sign changes, once', () => {
    const end = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.integer({ min: 80, max: 900 }), (below, above, width) => {
        const { between } = legendNumbers([-below, above], width);
        expect(between.filter((value) => value === 0)).toHaveLength(1);
      }),
    );
  });
});
