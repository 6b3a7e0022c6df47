import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../../src/protocol/explanation.js';
import { percentFormat } from '../../../../src/protocol/numbers.js';
import { shareText } from '../../../../src/webview/common/format.js';
import { readingAt } from '../../../../src/webview/picture/Readout.js';
import { FIT, bringInto, fullFactor, panBy, placeIn, zoomAt } from '../../../../src/webview/picture/zoom.js';

/** Twice as large in its file. */
const PICTURE: Picture = {
  width: 400,
  height: 200,
  rgba: new Uint8ClampedArray(),
  crop: { x: 100, y: 0, width: 200, height: 200 },
  seen: null,
  originalWidth: 800,
  originalHeight: 400,
};
const BOX = { width: 600, height: 600 };

describe('a picture in its place', () => {
  it('fits at first, in the middle', () => {
    expect(placeIn(PICTURE, BOX, FIT)).toEqual({ x: 0, y: 150, width: 600, height: 300 });
  });

  it('has a pixel of the page for each of its file in full size', () => {
    const zoom = zoomAt(FIT, fullFactor(PICTURE, BOX), { x: 300, y: 300 }, PICTURE, BOX);
    expect(placeIn(PICTURE, BOX, zoom)).toMatchObject({ width: 800, height: 400 });
  });

  it('is never smaller than what fits and its own size, nor much larger than both', () => {
    const factors = (originalWidth: number): readonly number[] =>
      [1e-3, 1e3].map(
        (times) => zoomAt(FIT, times, { x: 300, y: 300 }, { ...PICTURE, originalWidth }, BOX).factor,
      );
    expect(factors(800)).toEqual([1, 16]);
    expect(factors(300)).toEqual([0.5, 16]);
    expect(factors(12_000)).toEqual([1, 20]);
  });

  it('keeps the point under the pointer there while it grows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 4, max: 8, noNaN: true }),
        fc.integer({ min: 100, max: 500 }),
        fc.integer({ min: 200, max: 400 }),
        (times, x, y) => {
          const pointOf = (zoom: typeof FIT): readonly [number, number] => {
            const place = placeIn(PICTURE, BOX, zoom);
            return [(x - place.x) / place.width, (y - place.y) / place.height];
          };
          const [before, after] = [FIT, zoomAt(FIT, times, { x, y }, PICTURE, BOX)].map(pointOf);
          expect(after?.[0]).toBeCloseTo(before?.[0] ?? NaN, 6);
          expect(after?.[1]).toBeCloseTo(before?.[1] ?? NaN, 6);
        },
      ),
    );
  });

  it('leaves no gap however far it is moved', () => {
    const number = fc.integer({ min: -3000, max: 3000 });
    fc.assert(
      fc.property(fc.double({ min: 2, max: 12, noNaN: true }), number, number, (times, right, down) => {
        const zoom = zoomAt(FIT, times, { x: 300, y: 300 }, PICTURE, BOX);
        const { x, y, width, height } = placeIn(PICTURE, BOX, panBy(zoom, right, down, PICTURE, BOX));
        expect(Math.max(x, y)).toBeLessThanOrEqual(1e-9);
        expect(x + width).toBeGreaterThanOrEqual(BOX.width - 1e-6);
        expect(y + height).toBeGreaterThanOrEqual(BOX.height - 1e-6);
      }),
    );
  });

  it('moves to what is read by keyboard, and only where that is out of sight', () => {
    const zoom = zoomAt(FIT, 4, { x: 300, y: 300 }, PICTURE, BOX);
    expect(bringInto(zoom, { x: 300, y: 20 }, PICTURE, BOX)).toBe(zoom);
    const before = placeIn(PICTURE, BOX, zoom);
    const after = placeIn(PICTURE, BOX, bringInto(zoom, { x: 700, y: 300 }, PICTURE, BOX));
    expect(700 + after.x - before.x).toBeLessThan(BOX.width);
    expect(after.y).toBeCloseTo(before.y, 6);
  });
});

it('the size of a picture is told in whole percent', () => {
  const percent = percentFormat('en');
  expect([0.4349, 1, 1.6934, 12.3456].map((share) => shareText(share, percent))).toEqual([
    ...['43%', '100%', '169%', '1,235%'],
  ]);
});

describe('what is read at a place of the map', () => {
  it('is named by the pixel of the file and the cell of the map', () => {
    const grid = { width: 2, height: 2, values: Float32Array.of(1, 2, 3, 4) };
    expect(readingAt(PICTURE, grid, { x: 0.75, y: 0.25 }, false)).toEqual({
      value: 2,
      x: 500,
      y: 100,
      column: 1,
      row: 0,
    });
  });
});
