import type { Rectangle } from '../../protocol/explanation.js';
import type { Preprocessing } from '../../protocol/model.js';
import type { DecodedPicture } from './decode.js';

/**
 * Resizing exactly as Pillow and torchvision do it, so that a model sees here what it saw in training: one filter
 * stretched by the reduction (antialiasing), first along the rows, then along the columns, 8 bits in between. Without
 * antialiasing the filter is as narrow as for enlarging, as OpenCV's and TensorFlow's.
 * (libvips, which decodes, shrinks large pictures by whole factors with a box first: up to 11 of 255 levels off.)
 */

export type Resizing = Pick<Preprocessing, 'interpolation' | 'antialias'>;

interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

const FILTERS: Record<Exclude<Preprocessing['interpolation'], 'nearest' | 'area'>, Filter> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: keysCubic },
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0),
  },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** The source pixels from `start` on that one target pixel is made of, and their weights, which sum up to 1. */
interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

/**
 * The part `crop` of a picture at another size; what the filter needs beyond the crop it takes from the picture.
 * @returns height × width × (R, G, B)
 */
export function resample(
  picture: DecodedPicture,
  crop: Rectangle,
  width: number,
  height: number,
  how: Resizing,
): Uint8ClampedArray<ArrayBuffer> {
  const isReduced = crop.width >= width && crop.height >= height;
  const columns = tapsOf(picture.width, crop.x, crop.width, width, { ...how, isReduced });
  const rows = tapsOf(picture.height, crop.y, crop.height, height, { ...how, isReduced });
  return combineRows(combineColumns(picture, columns), rows, 3 * width);
}

function combineColumns(
  { width, height, rgb }: DecodedPicture,
  columns: readonly Taps[],
): Uint8ClampedArray<ArrayBuffer> {
  const result = new Uint8ClampedArray(3 * columns.length * height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (const { start, weights } of columns) {
      const from = 3 * (y * width + start);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i] ?? 0;
        red += weight * (rgb[from + 3 * i] ?? 0);
        green += weight * (rgb[from + 3 * i + 1] ?? 0);
        blue += weight * (rgb[from + 3 * i + 2] ?? 0);
      }
      result[at++] = red;
      result[at++] = green;
      result[at++] = blue;
    }
  }
  return result;
}

function combineRows(
  source: Uint8ClampedArray,
  rows: readonly Taps[],
  stride: number,
): Uint8ClampedArray<ArrayBuffer> {
  const result = new Uint8ClampedArray(stride * rows.length);
  rows.forEach(({ start, weights }, y) => {
    for (let x = 0; x < stride; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] ?? 0) * (source[(start + i) * stride + x] ?? 0);
      result[y * stride + x] = sum;
    }
  });
  return result;
}

/** For each of `count` target pixels over the stretch `offset` … `offset + length` of an axis of `size` pixels. */
function tapsOf(
  size: number,
  offset: number,
  length: number,
  count: number,
  { interpolation, antialias, isReduced }: Resizing & { readonly isReduced: boolean },
): Taps[] {
  const scale = length / count;
  return Array.from({ length: count }, (_, i) => {
    const center = offset + (i + 0.5) * scale;
    switch (interpolation) {
      case 'nearest':
        return { start: Math.min(Math.max(Math.floor(center), 0), size - 1), weights: Float64Array.of(1) };
      case 'area':
        return isReduced
          ? coveredTaps(offset + i * scale, scale, size)
          : enlargedTaps(Math.round(offset / scale) + i, scale, size);
      default:
        return filterTaps(FILTERS[interpolation], center, antialias ? Math.max(scale, 1) : 1, size);
    }
  });
}

/** The source pixels that a target pixel covers, each by the part that is covered. */
function coveredTaps(from: number, length: number, size: number): Taps {
  const start = Math.min(Math.max(0, Math.floor(from)), size - 1);
  const end = Math.min(Math.max(start + 1, Math.ceil(from + length)), size);
  const covered = Array.from({ length: end - start }, (_, i) =>
    Math.max(0, Math.min(start + i + 1, from + length) - Math.max(start + i, from)),
  );
  return normalised(start, covered);
}

/** What OpenCV's INTER_AREA is of pictures that it enlarges: pixels with edges between them that are as wide as a target pixel. */
function enlargedTaps(place: number, scale: number, size: number): Taps {
  const start = Math.min(Math.floor(place * scale), size - 1);
  const beyond = Math.max(0, place + 1 - (start + 1) / scale);
  const share = start + 1 < size ? beyond - Math.floor(beyond) : 0;
  return normalised(start, share > 0 ? [1 - share, share] : [1]);
}

function filterTaps(filter: Filter, center: number, stretch: number, size: number): Taps {
  const start = Math.max(0, Math.floor(center - filter.support * stretch + 0.5));
  const end = Math.min(size, Math.floor(center + filter.support * stretch + 0.5));
  const weights = Array.from({ length: end - start }, (_, i) =>
    filter.weight((start + i + 0.5 - center) / stretch),
  );
  return normalised(start, weights);
}

function normalised(start: number, weights: readonly number[]): Taps {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { start, weights: Float64Array.from(weights, (weight) => weight / sum) };
}

/** Keys' cubic convolution kernel with a = −1/2. */
function keysCubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
