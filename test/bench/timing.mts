import type { Row } from './subject.mjs';

/** Runs something once: how long it took, and what came of it. */
export async function time<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** Two rows of what was timed in turns: medians, and the median of the ratios of neighbouring runs. */
export function compared(
  base: readonly number[],
  other: readonly number[],
  names: { readonly base: string; readonly other: string },
): readonly Row[] {
  const times = median(other.map((ms, index) => ms / (base[index] ?? NaN)));
  return [
    { name: names.base, value: median(base), unit: 'ms' },
    { name: names.other, value: median(other), unit: 'ms', ratio: { of: names.base, times } },
  ];
}
