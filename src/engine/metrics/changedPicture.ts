import type { MeasuredPicture } from './metric.js';

/**
 * The values of a changed picture.
 * @param change gives a value anew, of its pixel, counted row by row, and its channel
 */
export function changedPicture(
  { input, layout, channels, height, width }: MeasuredPicture,
  change: (value: number, pixel: number, channel: number) => number,
): Float32Array {
  const pixels = height * width;
  const changed = new Float32Array(input.length);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < channels; channel++) {
      const at = layout === 'NCHW' ? channel * pixels + pixel : pixel * channels + channel;
      changed[at] = change(input[at] ?? 0, pixel, channel);
    }
  return changed;
}

/** Mean value of every channel of the preprocessed picture. */
export function channelMeans(picture: MeasuredPicture): Float64Array {
  const { channels, height, width } = picture;
  const means = new Float64Array(channels);
  changedPicture(picture, (value, _, channel) => {
    means[channel] = (means[channel] ?? 0) + value / (height * width);
    return value;
  });
  return means;
}
