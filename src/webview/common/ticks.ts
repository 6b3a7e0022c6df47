/** Round values (1, 2 or 5 times a power of ten apart) strictly between low and high, at most `most` of them. */
export function ticksBetween(low: number, high: number, most: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  let step = 10 ** Math.floor(Math.log10(span / most));
  step *= [1, 2, 5, 10].find((factor) => span / (step * factor) <= most) ?? 10;
  const ticks: number[] = [];
  for (let i = Math.floor(low / step) + 1; i * step < high; i++) ticks.push(i * step);
  return ticks;
}
