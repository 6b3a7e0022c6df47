import { isCut, type Preprocessing } from '../../protocol/model.js';

/** Whether two ways to prepare a picture give the model the same input, however they are written down. */
export function isSamePreprocessing(a: Preprocessing, b: Preprocessing): boolean {
  const sameLoading = JSON.stringify(loading(a)) === JSON.stringify(loading(b));
  return sameLoading && isClose(extremes(a), extremes(b));
}

/** All but what is done to a pixel's value, in one order; null where a field does not matter. */
function loading(of: Preprocessing): readonly unknown[] {
  return [
    of.fit,
    of.fit === 'squash' && !isCut(of) ? null : [of.resize, of.rounding],
    hasBorder(of) ? of.padColor : null,
    of.inputWidth,
    of.inputHeight,
    of.interpolation,
    of.antialias,
    of.orientation,
    of.bitDepth,
    of.floatRange,
    of.channelOrder,
    of.layout,
  ];
}

/** Whether something may be added around a picture. */
function hasBorder({ fit, resize, inputWidth, inputHeight }: Preprocessing): boolean {
  return fit === 'letterbox' || (fit === 'crop' && resize < Math.max(inputWidth, inputHeight));
}

/** What a black and a white pixel become, channel by channel. */
function extremes({ range, mean, std }: Preprocessing): number[] {
  return mean.flatMap((offset, channel) => range.map((value) => (value - offset) / (std[channel] ?? 1)));
}

function isClose(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) < 1e-3);
}
