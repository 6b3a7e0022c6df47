export type Numbered = readonly [index: number, name: string];

/** Names by their numbers, which are to run without a gap from one of `starts`; null where they do not. */
export function inOrder(
  numbered: readonly Numbered[],
  starts: readonly number[] = [0, 1],
): readonly string[] | null {
  const sorted = numbered.toSorted(([one], [other]) => one - other);
  const start = sorted[0]?.[0] ?? -1;
  const isWhole = starts.includes(start) && sorted.every(([index], place) => index === start + place);
  return isWhole ? sorted.map(([, name]) => name) : null;
}
