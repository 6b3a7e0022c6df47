import { describe, expect, test } from 'vitest';
import { OUTSIDE_COVER, paintLayer, paintMap, paintOverlay } from '../../../src/heatmap/paint.js';
import type { Display, Picture } from '../../../src/protocol/explanation.js';
import { DISPLAY } from '../../display.js';

const display: Display = { ...DISPLAY, colorMap: 'seismic', opacity: 0.5, smooth: false };
const map = { width: 2, height: 1, values: Float32Array.of(1, 3) };

/** A picture all of (200, 100, 40), 4 × 1, of which the model sees the middle two pixels. */
const picture: Picture = {
  width: 4,
  height: 1,
  rgba: new Uint8ClampedArray([1, 2, 3, 4].flatMap(() => [200, 100, 40, 255])),
  crop: { x: 1, y: 0, width: 2, height: 1 },
  seen: null,
  originalWidth: 4,
  originalHeight: 1,
};

function pixels(rgba: Uint8ClampedArray): number[][] {
  return Array.from({ length: rgba.length / 4 }, (_, i) => [...rgba.subarray(4 * i, 4 * i + 4)]);
}

test('a map of one sign takes the ends of its colour map', () => {
  expect(pixels(paintMap(map, 2, 1, display))).toEqual([
    [0, 0, 76, 255],
    [128, 0, 0, 255],
  ]);
});

const white = (pixel: readonly number[] = []): boolean => Math.min(...pixel) >= 252;

test('white is zero wherever a diverging map has both signs, whatever the scale', () => {
  const signed = { width: 3, height: 1, values: Float32Array.of(-1, 0, 4) };
  for (const scale of [null, [-1, 4], [-9, 2]] as const) {
    const [against, zero, speaksFor = []] = pixels(paintMap(signed, 3, 1, { ...display, scale }));
    expect([against, zero, speaksFor].map(white)).toEqual([false, true, false]);
    expect(speaksFor[0]).toBeGreaterThan(speaksFor[2] ?? NaN);
  }
});

test('a shared scale moves the colours', () => {
  const [left] = pixels(
    paintMap({ ...map, values: Float32Array.of(3, 1) }, 2, 1, { ...display, scale: [1, 5] }),
  );
  expect(white(left)).toBe(true);
});

test('the colours lie over the crop at their opacity, the rest is darkened', () => {
  const dark = [200, 100, 40].map((value) => value * (1 - OUTSIDE_COVER));
  expect(pixels(paintOverlay(picture, map, display))).toEqual([
    [...dark, 255],
    [100, 50, 58, 255],
    [164, 50, 20, 255],
    [...dark, 255],
  ]);
});

test('at opacity 0 the crop is the bare picture', () => {
  const painted = pixels(paintOverlay(picture, map, { ...display, opacity: 0 }));
  expect(painted.slice(1, 3)).toEqual(pixels(picture.rgba).slice(1, 3));
});

test('the mask keeps the bare picture where the map is high and covers everything else', () => {
  const wide = { width: 5, height: 1, values: Float32Array.of(0, 0, 5, 0, 0) };
  const alphas = pixels(paintLayer(wide, 5, 1, { ...display, mask: true, opacity: 1 })).map(
    (pixel) => pixel[3],
  );
  expect(alphas).toEqual([255, 255, 0, 255, 255]);
  const whole = { ...picture, width: 5, crop: { x: 0, y: 0, width: 5, height: 1 } };
  const masked = paintOverlay({ ...whole, rgba: new Uint8ClampedArray(20).fill(255) }, wide, {
    ...display,
    mask: true,
    opacity: 1,
  });
  expect(pixels(masked).map((pixel) => pixel[0])).toEqual([0, 0, 255, 0, 0]);
});

describe('with emphasis', () => {
  const alphas = (values: readonly number[], change: Partial<Display> = {}): (number | undefined)[] => {
    const wide = { width: values.length, height: 1, values: Float32Array.from(values) };
    const drawn = { ...display, emphasis: 0.5, opacity: 1, ...change };
    return pixels(paintLayer(wide, values.length, 1, drawn)).map((pixel) => pixel[3]);
  };

  test('the weaker half of the map takes no colour, its strongest value all of it', () => {
    expect(alphas([0, 1, 2, 3, 4])).toEqual([0, 0, 0, 191, 255]);
    expect(alphas([0, 1, 2, 3, 4], { opacity: 0.5 })).toEqual([0, 0, 0, 96, 128]);
  });

  test('evidence against the class counts as much as evidence for it', () => {
    expect(alphas([-4, 0, 1, 2, 4])).toEqual([255, 0, 0, 0, 255]);
    expect(alphas([-4, -2, -2])).toEqual([255, 0, 0]);
  });

  test('a map on a wider scale stays pale', () => {
    expect(alphas([0, 0, 1], { scale: [0, 4] })).toEqual([0, 0, 112]);
  });

  test('a map that says nothing about places leaves the picture as it is', () => {
    expect(alphas([2, 2, 2])).toEqual([0, 0, 0]);
    expect(alphas([0, 0, 0])).toEqual([0, 0, 0]);
  });

  test('a map that says for and against with one strength is all coloured', () => {
    expect(alphas([2, -2, 2])).toEqual([255, 255, 255]);
  });
});

test('the picture handed in stays as it was', () => {
  const before = [...picture.rgba];
  paintOverlay(picture, map, display);
  expect([...picture.rgba]).toEqual(before);
});
