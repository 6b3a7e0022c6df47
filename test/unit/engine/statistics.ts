/** Pearson correlation of two lists of equal length; NaN where their lengths differ. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  const mean = (list: ArrayLike<number>): number => sum(list, (value) => value) / list.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const spread = (list: ArrayLike<number>, centre: number): number =>
    sum(list, (value) => (value - centre) ** 2);
  const together = sum(a, (value, index) => (value - meanA) * ((b[index] ?? NaN) - meanB));
  return together / Math.sqrt(spread(a, meanA) * spread(b, meanB));
}

/** Largest difference; NaN where lengths differ. */
export function furthest(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  return values.length === expected.length
    ? Math.max(...Array.from(expected, (value, index) => Math.abs((values[index] ?? NaN) - value)))
    : NaN;
}

function sum(list: ArrayLike<number>, term: (value: number, index: number) => number): number {
  let total = 0;
  for (let index = 0; index < list.length; index++) total += term(list[index] ?? NaN, index);
  return total;
}
