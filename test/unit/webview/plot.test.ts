import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelsByWeight, curveOf, plotHeight } from '../../../src/webview/channels/sortedWeights.js';
import { ticksBetween } from '../../../src/webview/common/ticks.js';
import { fill, formatValue, percentFormat } from '../../../src/webview/format.js';

describe('sorted weights', () => {
  const weights = Float32Array.of(0.25, -0.5, 1, 0.25);

  it('go from the highest to the lowest, equals in order', () => {
    expect(channelsByWeight(weights)).toEqual([2, 0, 3, 1]);
  });

  it('are drawn from the left above to the right below, with zero between', () => {
    const range = [-0.5, 1] as const;
    expect(curveOf(weights, [2, 0, 3, 1], range)).toEqual([
      [0, 0],
      [1 / 3, 0.5],
      [2 / 3, 0.5],
      [1, 1],
    ]);
    expect(plotHeight(0, range)).toBeCloseTo(2 / 3);
  });

  it('are drawn in the middle where all are zero', () => {
    expect(curveOf(Float32Array.of(0), [0], [0, 0])).toEqual([[0, 0.5]]);
  });
});

describe('ticks', () => {
  it('are round numbers between the ends', () => {
    expect(ticksBetween(0, 1, 3)).toEqual([0.5]);
    expect(ticksBetween(-3.4e-4, 1.02e-3, 3)).toEqual([0, 5e-4, 1e-3]);
    expect(ticksBetween(0, 100, 5)).toEqual([20, 40, 60, 80]);
  });

  it('are none where there is no room', () => {
    expect(ticksBetween(2, 2, 3)).toEqual([]);
    expect(ticksBetween(3, 2, 3)).toEqual([]);
    expect(ticksBetween(0, Number.NaN, 3)).toEqual([]);
  });

  it('are inside and never more than asked for', () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        end,
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (low, span, most) => {
          const ticks = ticksBetween(low, low + span, most);
          expect(ticks.length).toBeLessThanOrEqual(most);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThan(low - span * 1e-6);
            expect(tick).toBeLessThan(low + span);
          }
        },
      ),
    );
  });
});

describe('texts', () => {
  it('are filled in by name', () => {
    expect(fill('{a} of {b}, {a}', { a: 1, b: 'x' })).toBe('1 of x, 1');
    expect(fill('{missing}', {})).toBe('{missing}');
  });

  it('show values with three digits', () => {
    expect([0, 0.5, 1234, 0.0123456, -0.00034, 1.8e-3, 123456, 1e-9].map(formatValue)).toEqual([
      '0',
      '0.5',
      '1230',
      '0.0123',
      '−3.4e−4',
      '1.8e−3',
      '1.23e5',
      '1e−9',
    ]);
  });

  it('show shares in percent, never 100 % for less', () => {
    const percent = percentFormat('en');
    expect([0, 1e-9, 0.00021, 0.0121, 0.351, 0.996, 1].map(percent)).toEqual([
      '0%',
      '<0.001%',
      '0.021%',
      '1.2%',
      '35%',
      '99.6%',
      '100%',
    ]);
  });
});
