import type { Rectangle } from '../../protocol/explanation.js';
import type { Preprocessing } from '../../protocol/model.js';
import type { DecodedPicture } from './decode.js';
import { cropOf, inPicture, placeOf } from './fit.js';
import { resample } from './resample.js';

/** Lowest and highest value of a pixel, per channel. */
export interface PixelRange {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** What each input channel takes of a pixel's red, green and blue. Grey is the luma of ITU-R BT.601, as Pillow's. */
const CHANNELS: Record<Preprocessing['channelOrder'], readonly (readonly [number, number, number])[]> = {
  RGB: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  BGR: [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
  grey: [[0.299, 0.587, 0.114]],
};

/**
 * A picture as the model's input: fitted, scaled to the range, then (v − mean) / std per channel.
 * @returns 1 × C × H × W values, or 1 × H × W × C as the layout says
 */
export function preprocess(picture: DecodedPicture, preprocessing: Preprocessing): Float32Array<ArrayBuffer> {
  return normalizePixels(fittedPixels(picture, preprocessing), preprocessing);
}

/** A picture in the input's size, in the colours that the model gets: height × width × (R, G, B, opacity). */
export function seenPixels(picture: DecodedPicture, preprocessing: Preprocessing): Uint8ClampedArray {
  const rgb = fittedPixels(picture, preprocessing);
  const [first] = CHANNELS[preprocessing.channelOrder];
  const isGrey = preprocessing.channelOrder === 'grey' && first !== undefined;
  const rgba = new Uint8ClampedArray((4 * rgb.length) / 3).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    const pixel = rgb.subarray(from, from + 3);
    const luma = isGrey ? first.reduce((sum, part, band) => sum + part * (pixel[band] ?? 0), 0) : 0;
    rgba.set(isGrey ? [luma, luma, luma] : pixel, to);
  }
  return rgba;
}

/** height × width × (R, G, B) */
function fittedPixels(picture: DecodedPicture, preprocessing: Preprocessing): Uint8ClampedArray {
  const { inputWidth, inputHeight } = preprocessing;
  if (preprocessing.fit === 'cut') {
    const cut = partOf(picture, cropOf(picture.width, picture.height, preprocessing));
    const whole = { x: 0, y: 0, width: cut.width, height: cut.height };
    return resample(cut, whole, inputWidth, inputHeight, preprocessing);
  }
  const place = placeOf(picture.width, picture.height, preprocessing);
  const [left, top] = [Math.max(0, place.x), Math.max(0, place.y)];
  const width = Math.min(inputWidth, place.x + place.width) - left;
  const height = Math.min(inputHeight, place.y + place.height) - top;
  const seen = { x: left, y: top, width, height };
  const crop = inPicture(seen, place, picture.width, picture.height);
  const pixels = resample(picture, crop, width, height, preprocessing);
  const isAll = width === inputWidth && height === inputHeight;
  return isAll ? pixels : withBorder(pixels, seen, preprocessing);
}

/** @param part in whole pixels */
function partOf({ width: stride, rgb }: DecodedPicture, { x, y, width, height }: Rectangle): DecodedPicture {
  const cut = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * stride + x);
    cut.set(rgb.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, rgb: cut };
}

/** Pixels that are `seen` in a part of the input, with the colour for what is beside. */
function withBorder(
  pixels: Uint8ClampedArray,
  { x, y, width, height }: Rectangle,
  { inputWidth, inputHeight, padColor }: Preprocessing,
): Uint8ClampedArray {
  const rgb = Uint8ClampedArray.from(
    { length: 3 * inputWidth * inputHeight },
    (_, i) => padColor[i % 3] ?? 0,
  );
  for (let row = 0; row < height; row++) {
    const from = 3 * row * width;
    rgb.set(pixels.subarray(from, from + 3 * width), 3 * ((y + row) * inputWidth + x));
  }
  return rgb;
}

/** The input's values for a pixel of 0 and a pixel of 255, the lower first, per channel. */
export function pixelRange({ range, mean, std, channelOrder }: Preprocessing): PixelRange {
  const ends = CHANNELS[channelOrder].map((_, channel) =>
    range.map((value) => (value - (mean[channel] ?? 0)) / (std[channel] ?? 1)).toSorted((a, b) => a - b),
  );
  return {
    low: Float32Array.from(ends, ([low]) => low ?? 0),
    high: Float32Array.from(ends, ([, high]) => high ?? 0),
  };
}

function normalizePixels(rgb: Uint8ClampedArray, preprocessing: Preprocessing): Float32Array<ArrayBuffer> {
  const { range, mean, std, layout } = preprocessing;
  const channels = CHANNELS[preprocessing.channelOrder];
  const pixels = rgb.length / 3;
  const [channelStride, pixelStride] = layout === 'NCHW' ? [pixels, 1] : [1, channels.length];
  const input = new Float32Array(channels.length * pixels);
  channels.forEach(([red, green, blue], channel) => {
    const scale = (range[1] - range[0]) / 255 / (std[channel] ?? 1);
    const shift = (range[0] - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const at = 3 * pixel;
      const value = red * (rgb[at] ?? 0) + green * (rgb[at + 1] ?? 0) + blue * (rgb[at + 2] ?? 0);
      input[channel * channelStride + pixel * pixelStride] = scale * value + shift;
    }
  });
  return input;
}
