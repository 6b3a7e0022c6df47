import type { Preprocessing } from '../../../../protocol/model.js';

/** What happens to a pixel's value, by its usual name or by what black and white become. */
export type Normalization =
  | { readonly kind: 'imageNet' | 'caffe' | 'custom' }
  | { readonly kind: 'range'; readonly low: number; readonly high: number };

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const CAFFE_MEAN = [103.939, 116.779, 123.68].map((value) => value / 255);

export function normalizationOf({ range: [low, high], mean, std }: Preprocessing): Normalization {
  // In units of black = 0 … white = 1, so that the same arithmetic written in another range gets the same name.
  const span = high - low;
  const mean01 = mean.map((value) => (value - low) / span);
  const std01 = std.map((value) => value / span);
  if (close(mean01, IMAGENET.mean) && close(std01, IMAGENET.std)) return { kind: 'imageNet' };
  if (
    close(
      mean01.toSorted((a, b) => a - b),
      CAFFE_MEAN,
    )
  )
    return { kind: 'caffe' };
  const black = mean.map((value, channel) => (low - value) / (std[channel] ?? 1));
  const white = mean.map((value, channel) => (high - value) / (std[channel] ?? 1));
  return allNear(black) && allNear(white)
    ? { kind: 'range', low: round(black[0]), high: round(white[0]) }
    : { kind: 'custom' };
}

function allNear(values: readonly number[]): boolean {
  return values.every((value) => near(value, values[0] ?? 0));
}

function round(value: number | undefined): number {
  return Number((value ?? 0).toFixed(3));
}

function close(values: readonly number[], expected: readonly number[]): boolean {
  return (
    values.length === expected.length &&
    values.every((value, index) => near(value, expected[index] ?? Number.NaN))
  );
}

function near(value: number, expected: number): boolean {
  return Math.abs(value - expected) < 2e-3;
}
