/** As many pictures are shown at each end. */
const MOST = 6;

/** The first of a list, and the last of it with the very last in front; nothing stands in both. */
export function bothEnds<T>(all: readonly T[]): {
  readonly first: readonly T[];
  readonly last: readonly T[];
} {
  const first = all.slice(0, Math.min(MOST, Math.ceil(all.length / 2)));
  return { first, last: all.slice(first.length).slice(-MOST).toReversed() };
}
