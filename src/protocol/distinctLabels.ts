/** The labels, with the number of its class behind each that several classes have: how classes are told apart by people. */
export function distinctLabels(labels: readonly string[]): readonly string[] {
  const first = new Map<string, number>();
  const shared = new Set<string>();
  labels.forEach((label, index) => {
    if (first.has(label)) shared.add(label);
    else first.set(label, index);
  });
  return labels.map((label, index) => (shared.has(label) ? `${label} #${index}` : label));
}

/** What the class of an index is called, where several have its label by its number too. */
export function classNamer(labels: readonly string[]): (index: number) => string {
  const names = distinctLabels(labels);
  return (index) => names[index] ?? String(index);
}

/** What a class is called that nobody has named. */
export function unnamedClass(index: number): string {
  return `class ${index}`;
}
