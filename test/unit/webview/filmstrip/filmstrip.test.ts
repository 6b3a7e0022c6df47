import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../../src/protocol/filmstrip.js';
import { EMPTY_STRIP, reduceStrip } from '../../../../src/webview/state/strip.js';
import { inSight, itemAfter, scrollTo } from '../../../../src/webview/filmstrip/window.js';

const ITEM = 84;
const places = fc.record({
  count: fc.integer({ min: 1, max: 20_000 }),
  width: fc.integer({ min: 100, max: 4000 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('the window of a row of pictures', () => {
  it('holds all that is in sight and, however many there are, little more', () => {
    fc.assert(
      fc.property(places, ({ count, width, at }) => {
        const scroll = at * Math.max(0, count * ITEM - width);
        const { first, end } = inSight(scroll, width, ITEM, count);
        const seen = Array.from({ length: count }, (_, index) => index).filter(
          (index) => (index + 1) * ITEM > scroll && index * ITEM < scroll + width,
        );
        expect(first).toBeLessThanOrEqual(seen[0] ?? 0);
        expect(end).toBeGreaterThan(seen.at(-1) ?? -1);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(width / ITEM + 8);
      }),
    );
  });

  it('moves so that the picture is in sight, and not where it is', () => {
    fc.assert(
      fc.property(places, fc.nat(), ({ count, width, at }, n) => {
        const index = n % count;
        const scroll = at * Math.max(0, count * ITEM - width);
        const to = scrollTo(index, scroll, width, ITEM);
        expect(index * ITEM).toBeGreaterThanOrEqual(to - 1e-6);
        expect((index + 1) * ITEM).toBeLessThanOrEqual(to + width + 1e-6);
        expect(scrollTo(index, to, width, ITEM)).toBeCloseTo(to, 6);
      }),
    );
  });
});

it('keys lead from picture to picture and stay in the row', () => {
  const keys = ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageDown', 'PageUp', 'x'];
  expect(keys.map((key) => itemAfter(key, 5, 100, 10))).toEqual([6, 4, 0, 99, 15, 0, null]);
  expect(itemAfter('ArrowRight', 99, 100, 10)).toBe(99);
});

describe('what is known of the pictures', () => {
  it('is bounded: thumbnails that came first go first', () => {
    const thumbnail = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
    const strip = Array.from({ length: 1000 }, (_, i) => i).reduce(
      (before, i) => reduceStrip(before, { type: 'thumbnail', name: `${i}.png`, thumbnail }),
      EMPTY_STRIP,
    );
    expect(strip.thumbnails.size).toBe(400);
    expect(strip.thumbnails.has('999.png')).toBe(true);
    expect(strip.thumbnails.has('0.png')).toBe(false);
  });

  it('is told anew as a whole', () => {
    const judgement = (name: string): Judgement => ({
      name,
      predicted: { label: 'ape', probability: 0.5, value: 0.5 },
      expected: ['bee'],
      isRight: false,
    });
    const first = reduceStrip(EMPTY_STRIP, { type: 'judgements', judgements: [judgement('1.png')] });
    const second = reduceStrip(first, { type: 'judgements', judgements: [judgement('2.png')] });
    expect([...second.judgements.keys()]).toEqual(['2.png']);
  });
});
