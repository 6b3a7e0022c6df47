/** The first of the names that each label lists, or the whole labels where those would look alike. */
export function shortPair(first: string, second: string): readonly [string, string] {
  const short = (label: string): string => label.split(',')[0] ?? '';
  return short(first) === short(second) ? [first, second] : [short(first), short(second)];
}
