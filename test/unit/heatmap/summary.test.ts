import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Grid } from '../../../src/heatmap/grid.js';
import { summaryOf } from '../../../src/heatmap/summary.js';

/** A map of nothing but one cell. */
function spot(width: number, height: number, column: number, row: number): Grid {
  const values = new Float32Array(width * height);
  values[row * width + column] = 1;
  return { width, height, values };
}

test('the strongest place is told by thirds of the picture', () => {
  const names = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => {
      const found = summaryOf(spot(3, 3, column, row), 30, 30);
      return `${found?.vertical ?? ''} ${found?.horizontal ?? ''}`;
    }),
  );
  const rows = ['top', 'middle', 'bottom'];
  expect(names).toEqual(rows.flatMap((row) => [`${row} left`, `${row} middle`, `${row} right`]));
});

test('the share is that of the places above mean and one standard deviation', () => {
  // One cell of four: mean 1/4, σ √3/4, so mean + σ is 0.683. Enlarged, the values rise towards the corner in both
  // directions; of a picture as coarse as the map, the one cell is above.
  expect(summaryOf(spot(2, 2, 1, 0), 2, 2)?.share).toBe(1 / 4);
});

test('what is above the mean alone is not counted', () => {
  // Mean 1.5, σ √5/2: of 0, 1, 2 and 3 only the last is above both.
  expect(summaryOf({ width: 2, height: 2, values: Float32Array.of(0, 1, 2, 3) }, 2, 2)?.share).toBe(1 / 4);
});

test('a map that is equally strong everywhere has no strongest place', () => {
  expect(summaryOf({ width: 2, height: 2, values: Float32Array.of(3, 3, 3, 3) }, 8, 8)).toBeNull();
});

test('a map seen in a mirror is strongest on the other side, as much of it', () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(values, (cells) => {
      fc.pre(cells.filter((value) => value === Math.max(...cells)).length === 1);
      const mirrored = cells.map((_, cell) => cells[cell - (cell % 4) + 3 - (cell % 4)] ?? 0);
      const summary = summaryOf({ width: 4, height: 3, values: Float32Array.from(cells) }, 16, 12);
      const other = summaryOf({ width: 4, height: 3, values: Float32Array.from(mirrored) }, 16, 12);
      const opposite = { left: 'right', middle: 'middle', right: 'left' };
      expect(other?.horizontal).toBe(summary && opposite[summary.horizontal]);
      expect(other?.vertical).toBe(summary?.vertical);
      expect(other?.share).toBeCloseTo(summary?.share ?? -1, 1);
    }),
  );
});
