import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { draw, partOf } from '../../../src/evaluation/sample.js';

const names = fc.uniqueArray(fc.string(), { maxLength: 30 });

describe('a sample', () => {
  it('has so many different pictures, and a smaller one is its beginning', () => {
    fc.assert(
      fc.property(names, fc.nat(40), fc.nat(40), fc.nat(), (all, some, more, seed) => {
        const drawn = draw(all, some, seed);
        expect(new Set(drawn).size).toBe(Math.min(some, all.length));
        expect(all).toEqual(expect.arrayContaining([...drawn]));
        expect(draw(all, some + more, seed).slice(0, drawn.length)).toEqual(drawn);
        expect(draw(all, null, seed)).toHaveLength(all.length);
      }),
    );
  });

  it('draws every picture as often as any other', () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 4000; seed++)
      for (const picture of draw([0, 1, 2, 3, 4], 2, seed)) times.set(picture, (times.get(picture) ?? 0) + 1);
    // 1600 each, with a deviation of 31.
    for (const count of times.values()) expect(Math.abs(count - 1600)).toBeLessThan(5 * 31);
  });

  it('falls into parts that have every picture once, and are as large as each other', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 6 }), (all, count) => {
        const parts = Array.from({ length: count }, (_, place) => partOf(all, { index: place + 1, count }));
        expect(parts.flat().sort()).toEqual([...all].sort());
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
