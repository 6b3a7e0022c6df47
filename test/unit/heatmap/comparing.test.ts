// What two maps, or a map and what somebody marked, have in common: against the formulas written out.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlation, mapCorrelation } from '../../../src/heatmap/correlation.js';
import { intersectionOverUnion, regionsMask } from '../../../src/heatmap/iou.js';
import { maskOf, shareKept } from '../../../src/heatmap/mask.js';
import { upsampleBilinear } from '../../../src/heatmap/upsample.js';

const SIDE = 6;
const value = fc.float({ min: -100, max: 100, noNaN: true });
const values = fc.array(value, { minLength: SIDE * SIDE, maxLength: SIDE * SIDE });
const bits = fc.array(fc.constantFrom(0, 1), { minLength: 24, maxLength: 24 });
const edge = fc.double({ min: -4, max: 12, noNaN: true });

const grid = (numbers: readonly number[]): { width: number; height: number; values: Float32Array } => ({
  width: SIDE,
  height: SIDE,
  values: Float32Array.from(numbers),
});

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('a mask holds the pixels above mean + k σ', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 3, noNaN: true }), (numbers, k) => {
      const up = [...upsampleBilinear(grid(numbers), 9, 9).values];
      const average = mean(up);
      const deviation = Math.sqrt(mean(up.map((number) => (number - average) ** 2)));
      const mask = maskOf(grid(numbers), 9, 9, k);
      up.forEach((number, pixel) => {
        const distance = number - (average + k * deviation);
        if (Math.abs(distance) > 1e-9) expect(mask[pixel]).toBe(distance > 0 ? 1 : 0);
      });
      expect(shareKept(mask)).toBeCloseTo(mean([...mask]), 12);
      expect(shareKept(maskOf(grid(numbers), 9, 9, k + 0.5))).toBeLessThanOrEqual(shareKept(mask));
    }),
  );
});

test('a correlation is the covariance by both deviations', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [left, right] = [a.map(Math.fround), b.map(Math.fround)];
      const [meanLeft, meanRight] = [mean(left), mean(right)];
      const covariance = mean(left.map((number, i) => (number - meanLeft) * ((right[i] ?? 0) - meanRight)));
      const deviations = Math.sqrt(
        mean(left.map((number) => (number - meanLeft) ** 2)) *
          mean(right.map((number) => (number - meanRight) ** 2)),
      );
      fc.pre(deviations > 1e-6);
      expect(correlation(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(covariance / deviations, 6);
    }),
  );
});

test('a map correlates with itself whatever its scale, with its negative inversely, with a flat one not at all', () => {
  const map = grid(Array.from({ length: SIDE * SIDE }, (_, i) => 1e-30 * Math.sin(i * i)));
  const flipped = { ...map, values: map.values.map((number) => -3 * number) };
  expect(mapCorrelation(map, map, 11, 7)).toBeCloseTo(1, 6);
  expect(mapCorrelation(map, flipped, 11, 7)).toBeCloseTo(-1, 6);
  expect(mapCorrelation(map, grid(new Array<number>(SIDE * SIDE).fill(2)), 11, 7)).toBeNull();
});

test('maps of layers of different sizes are compared at one size', () => {
  const small = { width: 2, height: 1, values: Float32Array.of(0, 1) };
  const large = { width: 4, height: 1, values: upsampleBilinear(small, 4, 1).values };
  const naive = correlation(upsampleBilinear(small, 8, 1).values, upsampleBilinear(large, 8, 1).values);
  expect(mapCorrelation(small, large, 8, 1)).toBe(naive);
});

test('IoU counts sets of pixels', () => {
  fc.assert(
    fc.property(bits, bits, (a, b) => {
      const set = (of: readonly number[]): Set<number> => new Set([...of.keys()].filter((i) => of[i] === 1));
      const [left, right] = [set(a), set(b)];
      const union = new Set([...left, ...right]);
      const both = [...left].filter((pixel) => right.has(pixel));
      const iou = intersectionOverUnion(Uint8Array.from(a), Uint8Array.from(b));
      if (union.size === 0) expect(iou).toBeNull();
      else expect(iou).toBeCloseTo(both.length / union.size, 12);
    }),
  );
});

test('boxes hold the pixels whose centres they hold, wherever they lie', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(edge, edge, edge, edge), { maxLength: 3 }), (boxes) => {
      const shapes = boxes.map(([x, y, width, height]) => ({
        kind: 'box' as const,
        box: { x, y, width: Math.abs(width), height: Math.abs(height) },
      }));
      const naive = Array.from({ length: 8 * 5 }, (_, pixel) => {
        const [x, y] = [(pixel % 8) + 0.5, Math.floor(pixel / 8) + 0.5];
        return shapes.some(
          ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
        )
          ? 1
          : 0;
      });
      expect([...regionsMask(shapes, 8, 5)]).toEqual(naive);
    }),
  );
});

test('masks and boxes add up', () => {
  const inside = Uint8Array.of(0, 1, 0, 0);
  const box = { x: 2, y: 0, width: 1, height: 1 };
  const shapes = [
    { kind: 'mask', width: 4, height: 1, inside },
    { kind: 'box', box },
  ] as const;
  expect([...regionsMask(shapes, 4, 1)]).toEqual([0, 1, 1, 0]);
  expect([...inside]).toEqual([0, 1, 0, 0]);
});
