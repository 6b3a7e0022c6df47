import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resample } from '../../../src/engine/image/resample.js';
import type { Rectangle } from '../../../src/protocol/explanation.js';
import type { Preprocessing } from '../../../src/protocol/model.js';

/** Those that are a kernel. */
type Interpolation = Exclude<Preprocessing['interpolation'], 'area'>;

/** The kernels by their textbook definitions. */
const KERNELS: Record<Exclude<Interpolation, 'nearest'>, [support: number, (x: number) => number]> = {
  bilinear: [1, (x) => 1 - Math.abs(x)],
  bicubic: [
    2,
    (x) =>
      Math.abs(x) <= 1
        ? 1.5 * Math.abs(x) ** 3 - 2.5 * x ** 2 + 1
        : -0.5 * Math.abs(x) ** 3 + 2.5 * x ** 2 - 4 * Math.abs(x) + 2,
  ],
  box: [0.5, () => 1],
  hamming: [
    1,
    (x) => (x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
  ],
  lanczos: [
    3,
    (x) => (x === 0 ? 1 : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2),
  ],
};

/** Every target pixel is the weighted mean of all source pixels, weights by the stretched kernel in both directions. */
function naive(
  picture: { width: number; height: number; rgb: Uint8Array },
  crop: Rectangle,
  width: number,
  height: number,
  name: Interpolation,
): number[] {
  const [support, kernel] = name === 'nearest' ? [0, () => 1] : KERNELS[name];
  const weight = (source: number, center: number, stretch: number): number => {
    if (name === 'nearest') return source === Math.floor(center) ? 1 : 0;
    const distance = (source + 0.5 - center) / stretch;
    return Math.abs(distance) < support ? kernel(distance) : 0;
  };
  const result: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const centerX = crop.x + ((x + 0.5) * crop.width) / width;
      const centerY = crop.y + ((y + 0.5) * crop.height) / height;
      let total = 0;
      const sums = [0, 0, 0];
      for (let row = 0; row < picture.height; row++) {
        for (let column = 0; column < picture.width; column++) {
          const w =
            weight(column, centerX, Math.max(crop.width / width, 1)) *
            weight(row, centerY, Math.max(crop.height / height, 1));
          total += w;
          for (let c = 0; c < 3; c++)
            sums[c] = (sums[c] ?? 0) + w * (picture.rgb[3 * (row * picture.width + column) + c] ?? NaN);
        }
      }
      result.push(...sums.map((sum) => Math.min(255, Math.max(0, sum / total))));
    }
  }
  return result;
}

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
      .map((values) => ({ width, height, rgb: new Uint8Array(values) })),
  );

/** Smooth pictures: between the two passes values are cut to 0 … 255, which hard noise would make visible. */
function smoothed({ width, height, rgb }: { width: number; height: number; rgb: Uint8Array }): {
  width: number;
  height: number;
  rgb: Uint8Array<ArrayBuffer>;
} {
  return { width, height, rgb: Uint8Array.from(rgb, (value) => 96 + (value >> 2)) };
}

describe.each<Interpolation>(['bilinear', 'bicubic', 'hamming', 'lanczos', 'nearest'])(
  '%s',
  (interpolation) => {
    test('agrees with the naive formula at any size, antialiased where it reduces', () => {
      fc.assert(
        fc.property(
          pictures,
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
          (noise, width, height) => {
            const picture = smoothed(noise);
            const crop = { x: 0, y: 0, width: picture.width, height: picture.height };
            const expected = naive(picture, crop, width, height, interpolation);
            const actual = resample(picture, crop, width, height, { interpolation, antialias: true });
            expect(actual).toHaveLength(expected.length);
            // Two roundings to 8 bits.
            expected.forEach((value, i) => {
              expect(Math.abs((actual[i] ?? NaN) - value)).toBeLessThanOrEqual(1.6);
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    test('a crop is the same as cutting out of the whole resized picture', () => {
      const picture = {
        width: 20,
        height: 12,
        rgb: Uint8Array.from({ length: 720 }, (_, i) => (i * 37) % 251),
      };
      const whole = resample(picture, { x: 0, y: 0, width: 20, height: 12 }, 10, 6, {
        interpolation,
        antialias: true,
      });
      const part = resample(picture, { x: 4, y: 2, width: 12, height: 8 }, 6, 4, {
        interpolation,
        antialias: true,
      });
      for (let y = 0; y < 4; y++) {
        const row = 3 * ((y + 1) * 10 + 2);
        expect([...part.subarray(18 * y, 18 * y + 18)]).toEqual([...whole.subarray(row, row + 18)]);
      }
    });

    test('the same size changes nothing', () => {
      const picture = { width: 3, height: 2, rgb: Uint8Array.from({ length: 18 }, (_, i) => (i * 91) % 256) };
      expect([
        ...resample(picture, { x: 0, y: 0, width: 3, height: 2 }, 3, 2, { interpolation, antialias: true }),
      ]).toEqual([...picture.rgb]);
    });
  },
);

test('reducing averages: a checkerboard becomes grey', () => {
  const rgb = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) =>
    ((Math.floor(i / 3) % 64) + Math.floor(i / 192)) % 2 ? 255 : 0,
  );
  const reduced = resample({ width: 64, height: 64, rgb }, { x: 0, y: 0, width: 64, height: 64 }, 8, 8, {
    interpolation: 'bilinear',
    antialias: true,
  });
  for (const value of reduced) expect(Math.abs(value - 127.5)).toBeLessThanOrEqual(1.5);
});

test('without antialiasing a target pixel is made of the two nearest a side, as in OpenCV', () => {
  // 8 → 2 columns: centres at 1.5 and 5.5, between the pixels 1, 2 and 5, 6.
  const values = [0, 10, 30, 200, 255, 40, 60, 7];
  const picture = {
    width: 8,
    height: 1,
    rgb: Uint8Array.from(values.flatMap((value) => [value, value, value])),
  };
  const whole = { x: 0, y: 0, width: 8, height: 1 };
  const narrow = resample(picture, whole, 2, 1, { interpolation: 'bilinear', antialias: false });
  expect([...narrow]).toEqual([20, 20, 20, 50, 50, 50]);
});
