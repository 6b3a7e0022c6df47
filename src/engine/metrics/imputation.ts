import { changedPicture } from './changedPicture.js';
import { type GridSystem, placeOf, SIDES, sizeOf } from './gridSystem.js';
import type { MeasuredPicture } from './metric.js';
import { Multigrid } from './multigrid.js';

/** Of direct neighbours and of diagonal ones; all eight sum to 1. */
const [DIRECT, DIAGONAL] = [1 / 6, 1 / 12];

/**
 * Removed pixels by linear imputation (Rong et al., ICML 2022): each is the weighted mean of its eight neighbours inside the
 * picture, direct ones twice as heavy as diagonal ones, be they known or removed.
 * @param removed 1 in every removed pixel, 0 in one at least
 */
export function imputed(picture: MeasuredPicture, removed: Uint8Array): Float32Array {
  const { width } = picture;
  const place = (pixel: number): number => placeOf(picture, Math.floor(pixel / width), pixel % width);
  const known = Array.from({ length: picture.channels }, () => new Float64Array(sizeOf(picture)));
  changedPicture(picture, (value, pixel, channel) => {
    known[channel]?.fill(value, place(pixel), place(pixel) + 1);
    return value;
  });
  const { system, given } = systemOf(picture, removed, known);
  const multigrid = new Multigrid(system);
  const solved = given.map((values) => multigrid.solve(values));
  return changedPicture(picture, (value, pixel, channel) =>
    removed[pixel] ? (solved[channel]?.[place(pixel)] ?? 0) : value,
  );
}

interface Imputation {
  readonly system: GridSystem;
  /** Weights times known neighbours, per channel. */
  readonly given: readonly Float64Array[];
}

function systemOf(
  { height, width }: MeasuredPicture,
  removed: Uint8Array,
  known: readonly Float64Array[],
): Imputation {
  const size = { height, width };
  const weights = SIDES.map(() => new Float64Array(sizeOf(size)));
  const diagonal = new Float64Array(sizeOf(size));
  const given = known.map((values) => new Float64Array(values.length));
  const increase = (values: Float64Array | undefined, at: number, by: number): void => {
    if (values !== undefined) values[at] = (values[at] ?? 0) + by;
  };
  /** One of two neighbours, as it enters the equation of the other. */
  const enter = (of: number, other: number, isKnown: boolean, weight: number): void => {
    increase(diagonal, of, weight);
    if (isKnown)
      known.forEach((values, channel) => {
        increase(given[channel], of, weight * (values[other] ?? 0));
      });
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      SIDES.forEach(([down, right], side) => {
        const [row, column] = [y + down, x + right];
        if (row >= height || column < 0 || column >= width) return;
        const weight = down === 0 || right === 0 ? DIRECT : DIAGONAL;
        const [at, other] = [placeOf(size, y, x), placeOf(size, row, column)];
        const isRemoved = removed[y * width + x] === 1;
        const isOtherRemoved = removed[row * width + column] === 1;
        if (isRemoved && isOtherRemoved) increase(weights[side], at, weight);
        if (isRemoved) enter(at, other, !isOtherRemoved, weight);
        if (isOtherRemoved) enter(other, at, !isRemoved, weight);
      });
  return { system: { ...size, weights, diagonal }, given };
}
