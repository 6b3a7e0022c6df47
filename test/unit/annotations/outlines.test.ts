// Masks and polygons against pycocotools' values and against every pixel looked at by itself.
import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { decodeRle } from '../../../src/engine/annotations/formats/rle.js';
import { fillPolygons } from '../../../src/engine/annotations/polygons.js';

const Fixture = v.array(
  v.object({ rows: v.array(v.string()), size: v.tuple([v.number(), v.number()]), counts: v.string() }),
);
const fixture = new URL('../../fixtures/annotations/rle.json', import.meta.url);
const written = v.parse(Fixture, JSON.parse(await readFile(fixture, 'utf8')));

describe('lengths of runs', () => {
  it.each(written)(
    'of $size are the mask that pycocotools wrote',
    ({ rows, size: [height, width], counts }) => {
      const values = Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0));
      const mask = decodeRle(counts, { width, height });
      expect(mask && [...mask.values]).toEqual(values);
    },
  );

  it('go down the columns, the first of them outside', () => {
    // . # #
    // # . #
    expect([...(decodeRle([1, 2, 1, 2], { width: 3, height: 2 })?.values ?? [])]).toEqual([0, 1, 1, 1, 0, 1]);
  });

  it('are none where they do not make up the size', () => {
    const size = { width: 3, height: 2 };
    for (const counts of [[1, 2], [7], [-1, 7], [0.5, 5.5], [], '', '1', 'not counts', 'o'])
      expect(decodeRle(counts, size)).toBeNull();
  });

  it('give back any mask', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          values: fc.array(fc.constantFrom(0, 1), { minLength: width * height, maxLength: width * height }),
        }),
      );
    fc.assert(
      fc.property(masks, ({ width, height, values }) => {
        expect([...(decodeRle(runsOf(values, width, height), { width, height })?.values ?? [])]).toEqual(
          values,
        );
      }),
    );
  });
});

describe('polygons', () => {
  /** Off the grid, so that no edge goes through a centre. */
  const place = (off: number): fc.Arbitrary<number> =>
    fc.integer({ min: -12, max: 60 }).map((quarters) => quarters / 4 + off);
  const polygon = fc.array(fc.tuple(place(0.1), place(0.0137)), { minLength: 3, maxLength: 8 });

  it('have the pixels whose centre lies in one of them', () => {
    fc.assert(
      fc.property(fc.array(polygon, { maxLength: 3 }), (polygons) => {
        const filled = fillPolygons(
          polygons.map((corners) => corners.flat()),
          11,
          9,
        );
        const expected = Array.from({ length: 99 }, (_, pixel) => {
          const centre = [(pixel % 11) + 0.5, Math.floor(pixel / 11) + 0.5] as const;
          return polygons.some((corners) => windsOddly(corners, centre)) ? 1 : 0;
        });
        expect([...filled]).toEqual(expected);
      }),
    );
  });

  it('that touch leave no gap and have no pixel in common', () => {
    const left = fillPolygons([[0, 0, 2.5, 0, 2.5, 4, 0, 4]], 5, 4);
    const right = fillPolygons([[2.5, 0, 5, 0, 5, 4, 2.5, 4]], 5, 4);
    expect([...left].map((inside, pixel) => inside + (right[pixel] ?? 0))).toEqual(Array(20).fill(1));
  });
});

/** Column by column, pixel by pixel. */
function runsOf(values: readonly number[], width: number, height: number): readonly number[] {
  const runs = [0];
  let inside = 0;
  for (let column = 0; column < width; column++)
    for (let row = 0; row < height; row++) {
      if (values[row * width + column] !== inside) {
        runs.push(0);
        inside = 1 - inside;
      }
      runs.push((runs.pop() ?? 0) + 1);
    }
  return runs;
}

/** By the sum of the angles under which a point sees the edges: an odd number of turns. */
function windsOddly(
  corners: readonly (readonly [number, number])[],
  [x, y]: readonly [number, number],
): boolean {
  const angles = corners.map(([cornerX, cornerY]) => Math.atan2(cornerY - y, cornerX - x));
  const turned = angles.map((angle, index) => {
    const by = (angles[(index + 1) % angles.length] ?? angle) - angle;
    return by - 2 * Math.PI * Math.round(by / (2 * Math.PI));
  });
  return Math.abs(Math.round(turned.reduce((sum, by) => sum + by, 0) / (2 * Math.PI))) % 2 === 1;
}
