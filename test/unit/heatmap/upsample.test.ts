import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Grid } from '../../../src/heatmap/grid.js';
import { upsampleBilinear, upsampleNearest, valueAt } from '../../../src/heatmap/upsample.js';

const grids = fc
  .record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) })
  .chain(({ width, height }) =>
    fc
      .float32Array({ minLength: width * height, maxLength: width * height, min: -9, max: 9, noNaN: true })
      .map((values): Grid => ({ width, height, values })),
  );
const sizes = fc.integer({ min: 1, max: 17 });

/** The weight of source cell i for target j is the hat function around its centre, borders repeated for ever. */
function naive(grid: Grid, toWidth: number, toHeight: number): number[] {
  const hat = (distance: number): number => Math.max(0, 1 - Math.abs(distance));
  const result: number[] = [];
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const [sourceX, sourceY] = [
        ((x + 0.5) * grid.width) / toWidth - 0.5,
        ((y + 0.5) * grid.height) / toHeight - 0.5,
      ];
      let sum = 0;
      for (let row = -1; row <= grid.height; row++) {
        for (let column = -1; column <= grid.width; column++) {
          const cellX = Math.min(Math.max(column, 0), grid.width - 1);
          const cellY = Math.min(Math.max(row, 0), grid.height - 1);
          sum +=
            hat(sourceX - column) * hat(sourceY - row) * (grid.values[cellY * grid.width + cellX] ?? NaN);
        }
      }
      result.push(sum);
    }
  }
  return result;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 4);
  });
}

describe('bilinear', () => {
  test('agrees with PyTorch on known values', () => {
    // torch.nn.functional.interpolate(tensor([[0, 1], [2, 3]]), size=4, mode='bilinear', align_corners=False)
    const grid = { width: 2, height: 2, values: Float32Array.of(0, 1, 2, 3) };
    const expected = [0, 0.25, 0.75, 1, 0.5, 0.75, 1.25, 1.5, 1.5, 1.75, 2.25, 2.5, 2, 2.25, 2.75, 3];
    expect([...upsampleBilinear(grid, 4, 4).values]).toEqual(expected);
  });

  test('is the sum of hat functions at any size', () => {
    fc.assert(
      fc.property(grids, sizes, sizes, (grid, width, height) => {
        expectClose(upsampleBilinear(grid, width, height).values, naive(grid, width, height));
      }),
    );
  });
});

test('nearest repeats every cell as a block', () => {
  const grid = { width: 2, height: 2, values: Float32Array.of(1, 2, 3, 4) };
  expect([...upsampleNearest(grid, 4, 4).values]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
});

test('the value at a pixel centre is the upsampled pixel', () => {
  fc.assert(
    fc.property(grids, sizes, sizes, fc.boolean(), (grid, width, height, smooth) => {
      const { values } = (smooth ? upsampleBilinear : upsampleNearest)(grid, width, height);
      const points = Array.from(
        values,
        (_, i) => [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height] as const,
      );
      expectClose(
        values,
        points.map(([x, y]) => valueAt(grid, x, y, smooth)),
      );
    }),
  );
});

test('the lower right corner lies in the last cell', () => {
  const grid = { width: 2, height: 1, values: Float32Array.of(1, 2) };
  expect(valueAt(grid, 1, 1, false)).toBe(2);
  expect(valueAt(grid, 1, 1, true)).toBe(2);
});
