import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksBetween } from '../../../../src/webview/common/ticks.js';

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
