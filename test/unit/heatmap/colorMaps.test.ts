import { expect, test } from 'vitest';
import { colorTable } from '../../../src/heatmap/colorMaps.js';
import { COLOR_MAPS, type ColorMapId } from '../../../src/protocol/explanation.js';

function color(id: ColorMapId, step: number): number[] {
  return [...colorTable(id).subarray(3 * step, 3 * step + 3)];
}

// Known colours of Matplotlib's tables of the same names.
test.each<[ColorMapId, number, number[]]>([
  ['viridis', 0, [68, 1, 84]],
  ['viridis', 255, [253, 231, 37]],
  ['inferno', 0, [0, 0, 4]],
  ['inferno', 255, [252, 255, 164]],
  ['seismic', 0, [0, 0, 77]],
  ['seismic', 255, [128, 0, 0]],
  ['jet', 0, [0, 0, 128]],
  ['jet', 255, [128, 0, 0]],
])('%s at %i is %j', (id, step, expected) => {
  color(id, step).forEach((value, channel) => {
    expect(Math.abs(value - (expected[channel] ?? NaN))).toBeLessThanOrEqual(1);
  });
});

test('jet runs through cyan, green-yellow and orange, seismic through white', () => {
  // Matplotlib: jet(96) = (0.0857, 0.8333+…), i.e. green full from 0.375 to 0.64 of the way.
  for (const step of [96, 128, 163]) expect(color('jet', step)[1]).toBe(255);
  expect(Math.min(...color('seismic', 127), ...color('seismic', 128))).toBeGreaterThanOrEqual(252);
});

test('turbo is dark at both ends and bright in the middle', () => {
  const sum = (step: number): number => color('turbo', step).reduce((total, value) => total + value);
  expect(sum(128)).toBeGreaterThan(2 * sum(0));
  expect(sum(128)).toBeGreaterThan(2 * sum(255));
});

test.each(COLOR_MAPS)('%s has 256 opaque, mostly different colours', (id) => {
  const colors = new Set(Array.from({ length: 256 }, (_, step) => color(id, step).join()));
  expect(colorTable(id)).toHaveLength(768);
  expect(colors.size).toBeGreaterThan(200);
});

test.each<ColorMapId>(['viridis', 'inferno'])('the lightness of %s only rises', (id) => {
  const luminance = Array.from({ length: 256 }, (_, step) => {
    const [r = 0, g = 0, b = 0] = color(id, step).map((v) => (v / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  for (let step = 8; step < 256; step += 8)
    expect(luminance[step]).toBeGreaterThan(luminance[step - 8] ?? NaN);
});
