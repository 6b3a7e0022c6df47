import { elementCount } from '../../onnx/tensor.js';
import type { Numbers } from '../numbers.js';
import { isNamed } from './clues.js';
import type { Place } from './place.js';
import type { Weight } from './weight.js';

/** Digits that a number written by a person has at most. */
const WRITTEN_DIGITS = 4;

/**
 * Takes away candidates that fit by chance: a factor of 1 or a row of zeros is a trained tensor's value only where something
 * besides the value says so.
 */
export function dropChance(places: readonly Place[]): void {
  const claimed = new Map<Weight, string>();
  for (const place of places) {
    const [candidate, ...others] = place.candidates;
    if (candidate === undefined || others.length > 0) continue;
    if (isNamed(place, candidate)) claimed.set(candidate.weight, place.constant.name);
  }
  for (const place of places) {
    const { constant } = place;
    const isSingle = elementCount(constant.tensor.dims) === 1;
    place.candidates = place.candidates.filter((candidate) => {
      const values = candidate.weight.values();
      if (candidate.kind === 'fold' || !isUniform(values) || isNamed(place, candidate)) return true;
      if (isSingle && isWritten(values[0] ?? 0)) return false;
      return [constant.name, undefined].includes(claimed.get(candidate.weight));
    });
  }
}

/** A tensor of equal values that several constants would be copies of, none of them by name; null where there is none. */
export function firstShared(places: readonly Place[]): Place | null {
  const users = new Map<Weight, string>();
  for (const place of places) {
    const [candidate] = place.candidates;
    if (candidate?.kind !== 'copy' || !isUniform(candidate.weight.values()) || isNamed(place, candidate))
      continue;
    const known = users.get(candidate.weight) ?? place.constant.name;
    if (known !== place.constant.name) return place;
    users.set(candidate.weight, known);
  }
  return null;
}

function isUniform(values: Numbers): boolean {
  return values.every((value) => value === values[0]);
}

function isWritten(value: number): boolean {
  return Math.fround(Number(value.toPrecision(WRITTEN_DIGITS))) === Math.fround(value);
}
