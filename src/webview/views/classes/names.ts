/** The labels, with the number of its class behind each that several classes have. */
export function distinctLabels(labels: readonly string[]): readonly string[] {
  const first = new Map<string, number>();
  const shared = new Set<string>();
  labels.forEach((label, index) => {
    if (first.has(label)) shared.add(label);
    else first.set(label, index);
  });
  return labels.map((label, index) => (shared.has(label) ? `${label} #${index}` : label));
}

/** The first of the names that each label lists, or the whole labels where those would look alike. */
export function shortPair(first: string, second: string): readonly [string, string] {
  const short = (label: string): string => label.split(',')[0] ?? '';
  return short(first) === short(second) ? [first, second] : [short(first), short(second)];
}
