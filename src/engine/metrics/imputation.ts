import { changedPicture } from './changedPicture.js';
import type { MeasuredPicture } from './metric.js';

/** Neighbours of a pixel with their weights, which sum to 1. */
const NEIGHBOURS = [-1, 0, 1].flatMap((down) =>
  [-1, 0, 1]
    .filter((right) => down !== 0 || right !== 0)
    .map((right) => ({ down, right, weight: down === 0 || right === 0 ? 1 / 6 : 1 / 12 })),
);
const { length: AROUND } = NEIGHBOURS;

/** The system is solved where what is left over is less than this part of its right side. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 2000;

/**
 * Removed pixels by linear imputation (Rong et al., ICML 2022): each is the weighted mean of its eight neighbours inside the
 * picture, direct ones twice as heavy as diagonal ones, which are known pixels or again removed ones. The sparse linear
 * system of them is solved by conjugate gradients.
 * @param removed 1 in every removed pixel; at least one is 0
 */
export function imputed(picture: MeasuredPicture, removed: Uint8Array): Float32Array {
  const system = systemOf(picture, removed);
  const solution = solve(system);
  return changedPicture(picture, (value, pixel, channel) => {
    const place = system.places[pixel] ?? -1;
    return place < 0 ? value : (solution[place * picture.channels + channel] ?? 0);
  });
}

/** A x = b, where A is the same for every channel and symmetric. */
interface System {
  readonly channels: number;
  /** Which unknown a pixel is; −1 for a known one. */
  readonly places: Int32Array;
  /** Weights of the neighbours inside the picture. */
  readonly diagonal: Float64Array;
  /** Each unknown's neighbours among the unknowns; the number of unknowns stands for none. */
  readonly neighbours: Int32Array;
  /** Per unknown and channel: weights times known neighbours. */
  readonly right: Float64Array;
}

function systemOf(picture: MeasuredPicture, removed: Uint8Array): System {
  const { channels, height, width } = picture;
  const places = new Int32Array(removed.length).fill(-1);
  let count = 0;
  removed.forEach((isRemoved, pixel) => {
    if (isRemoved) places[pixel] = count++;
  });
  const values = new Float64Array(removed.length * channels);
  changedPicture(picture, (value, pixel, channel) => (values[pixel * channels + channel] = value));
  const diagonal = new Float64Array(count);
  const neighbours = new Int32Array(count * AROUND).fill(count);
  const right = new Float64Array(count * channels);
  places.forEach((place, pixel) => {
    if (place < 0) return;
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    NEIGHBOURS.forEach(({ down, right: across, weight }, which) => {
      const [row, column] = [y + down, x + across];
      if (row < 0 || row >= height || column < 0 || column >= width) return;
      diagonal[place] = (diagonal[place] ?? 0) + weight;
      const other = row * width + column;
      const otherPlace = places[other] ?? -1;
      if (otherPlace >= 0) neighbours[place * AROUND + which] = otherPlace;
      else
        for (let channel = 0; channel < channels; channel++) {
          const at = place * channels + channel;
          right[at] = (right[at] ?? 0) + weight * (values[other * channels + channel] ?? 0);
        }
    });
  });
  return { channels, places, diagonal, neighbours, right };
}

/** Conjugate gradients with the diagonal as preconditioner. */
function solve(system: System): Float64Array {
  const { channels, diagonal, right } = system;
  const size = right.length;
  const scaled = (values: Float64Array): Float64Array =>
    values.map((value, at) => value / (diagonal[Math.floor(at / channels)] ?? 1));
  const solution = new Float64Array(size);
  const residual = right.slice();
  let direction = scaled(residual);
  let energy = dot(residual, direction);
  const enough = TOLERANCE ** 2 * dot(right, right);
  for (let step = 0; step < MOST_STEPS && dot(residual, residual) > enough; step++) {
    const product = times(system, direction);
    const length = energy / dot(direction, product);
    for (let at = 0; at < size; at++) {
      solution[at] = (solution[at] ?? 0) + length * (direction[at] ?? 0);
      residual[at] = (residual[at] ?? 0) - length * (product[at] ?? 0);
    }
    const next = scaled(residual);
    const nextEnergy = dot(residual, next);
    const kept = nextEnergy / energy;
    direction = next.map((value, at) => value + kept * (direction[at] ?? 0));
    energy = nextEnergy;
  }
  return solution;
}

/** A x */
function times({ channels, diagonal, neighbours }: System, x: Float64Array): Float64Array {
  const product = new Float64Array(x.length);
  for (let place = 0; place < diagonal.length; place++)
    for (let channel = 0; channel < channels; channel++) {
      const at = place * channels + channel;
      let sum = (diagonal[place] ?? 0) * (x[at] ?? 0);
      for (let which = 0; which < AROUND; which++) {
        const other = neighbours[place * AROUND + which] ?? 0;
        sum -= (NEIGHBOURS[which]?.weight ?? 0) * (x[other * channels + channel] ?? 0);
      }
      product[at] = sum;
    }
  return product;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
