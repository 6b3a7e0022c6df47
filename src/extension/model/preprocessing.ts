import { isCut, type Preprocessing } from '../../protocol/model.js';

/** Whether two ways to prepare a picture give the model the same input, however they are written down. */
export function isSamePreprocessing(a: Preprocessing, b: Preprocessing): boolean {
  const sameShape =
    a.fit === b.fit &&
    isCut(a) === isCut(b) &&
    (!isCut(a) || a.resize === b.resize) &&
    a.inputWidth === b.inputWidth &&
    a.inputHeight === b.inputHeight &&
    a.interpolation === b.interpolation &&
    a.channelOrder === b.channelOrder &&
    a.layout === b.layout;
  return sameShape && isClose(extremes(a), extremes(b));
}

/** What a black and a white pixel become, channel by channel. */
function extremes({ range, mean, std }: Preprocessing): number[] {
  return mean.flatMap((offset, channel) => range.map((value) => (value - offset) / (std[channel] ?? 1)));
}

function isClose(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) < 1e-3);
}
