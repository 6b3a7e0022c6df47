const natural = new Intl.Collator('en', { numeric: true });

/** Compares names as people order them: 2 before 10. */
export function compareNaturally(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : Number(a > b));
}
