import type { Part } from '../recipe.js';
import type { Candidate } from './candidate.js';
import type { Weight } from './weight.js';

/**
 * A weight without training is what weight norm makes of it, so both fit: it is the one that is computed in the graph where
 * all that it is computed of stands there, and else what the exporter has computed.
 */
export function tellNormed(places: readonly { candidates: readonly Candidate[] }[]): void {
  const standing = new Set(places.flatMap(({ candidates }) => candidates.map(({ weight }) => weight)));
  for (const place of places) {
    const normed = place.candidates.map(({ weight }) => weight).filter(({ madeOf }) => madeOf.length > 0);
    for (const weight of normed) {
      const [stored, ...others] = weight.madeOf;
      const isComputed = others.every((part) => standing.has(part));
      const left = place.candidates.filter((each) => each.weight !== (isComputed ? weight : stored));
      if (left.length > 0) place.candidates = left;
    }
  }
}

/** With those that are used, what they are computed of, and what is computed of them in the graph. */
export function standing(weights: readonly Weight[], used: ReadonlySet<Part>): ReadonlySet<Part> {
  const families = new Map<Part, Set<Weight>>();
  for (const weight of weights) {
    const [stored] = weight.madeOf;
    if (stored === undefined) continue;
    const family = families.get(stored) ?? new Set();
    families.set(stored, family);
    for (const member of [weight, ...weight.madeOf]) family.add(member);
  }
  const related = Array.from(families.values(), (family) => [...family]);
  return new Set([...used, ...related.filter((family) => family.some((member) => used.has(member))).flat()]);
}

/** The first weight of which only a part stands in the graph of what it is computed of: the exporter computed the rest. */
export function firstInParts(weights: readonly Weight[], used: ReadonlySet<Part>): Weight | null {
  const isInParts = (weight: Weight): boolean => {
    const count = weight.madeOf.filter((part) => used.has(part)).length;
    return count > 0 && count < weight.madeOf.length && !used.has(weight);
  };
  return weights.find(isInParts) ?? null;
}
