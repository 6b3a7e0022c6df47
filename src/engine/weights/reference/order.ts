import type { Candidate } from './candidate.js';
import type { Place } from './place.js';

/**
 * Decides among candidates that fit alike by order: what stands between two places that are known was made between what
 * stands there. It counts only where it gives every place one candidate, and uses up all that would fit.
 * @param places in the order of computation
 */
export function decideByOrder(places: readonly Place[]): void {
  const open = places.filter(({ candidates }) => candidates.length > 1);
  const decided = new Map<Place, Candidate>();
  for (const place of open) {
    const [candidate, ...others] = between(place, places);
    if (candidate === undefined || others.length > 0) return;
    decided.set(place, candidate);
  }
  const chosen = Array.from(decided.values(), keyOf);
  const known = places.flatMap(({ candidates }) => (candidates.length === 1 ? candidates.map(keyOf) : []));
  const used = new Set([...chosen, ...known]);
  const isOneEach = new Set(chosen).size === chosen.length;
  const isAll = open.every(({ candidates }) => candidates.every((candidate) => used.has(keyOf(candidate))));
  if (!isOneEach || !isAll) return;
  for (const [place, candidate] of decided) place.candidates = [candidate];
}

/** The candidates whose tensors were made between those of the nearest known places before and after. */
function between(place: Place, places: readonly Place[]): readonly Candidate[] {
  const at = places.indexOf(place);
  const known = (each: Place | undefined): number | null => (each === undefined ? null : indexOf(each));
  const before = known(places.slice(0, at).findLast((each) => indexOf(each) !== null));
  const after = known(places.slice(at + 1).find((each) => indexOf(each) !== null));
  // The operator's own weight is known where only the normalisation is not.
  const own = indexOf(place);
  const [from, to] = [own ?? before ?? -1, after ?? Infinity];
  return place.candidates.filter((candidate) => {
    const { index } = candidate.kind === 'fold' && own !== null ? candidate.norm.mean : candidate.weight;
    return from < index && index < to;
  });
}

/** When the tensor at a place was made, where it is known which one it is. */
function indexOf({ candidates }: Place): number | null {
  const [index, ...others] = new Set(candidates.map(({ weight }) => weight.index));
  return index === undefined || others.length > 0 ? null : index;
}

function keyOf(candidate: Candidate): number {
  return candidate.kind === 'copy' ? candidate.weight.index : candidate.norm.mean.index;
}
