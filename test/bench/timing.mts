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

/** Something that is done again and again, and what it is told as a multiple of; of nothing where it is the first. */
export interface Work {
  readonly name: string;
  readonly of: string | null;
  readonly run: () => Promise<unknown>;
}

/** So many runs make a loop, and the first of them finds the caches as another work left them. */
const LOOP = 4;

/**
 * Rows of several works, each timed in loops of its own, which take turns so that all meet the same machine; beside it what
 * the ratio is where single runs take turns, and each finds the caches full of what another left.
 */
export async function hot(works: readonly Work[], runs: number): Promise<readonly Row[]> {
  const alone = new Map<string, number[]>(works.map(({ name }) => [name, []]));
  const inTurns = new Map<string, number[]>(works.map(({ name }) => [name, []]));
  const add = (times: Map<string, number[]>, name: string, ms: number): number | undefined =>
    times.get(name)?.push(ms);
  for (const { run } of works) for (let warming = 0; warming < 2; warming++) await run();
  for (let done = 0; done < runs; done += LOOP - 1)
    for (const { name, run } of works)
      for (let place = 0; place < LOOP; place++) {
        const { ms } = await time(run);
        if (place > 0) add(alone, name, ms);
      }
  for (let done = 0; done < runs; done++)
    for (const { name, run } of works) add(inTurns, name, (await time(run)).ms);
  const timeOf = (times: Map<string, number[]>, name: string): number => median(times.get(name) ?? []);
  return works.map(({ name, of }): Row => {
    const value = timeOf(alone, name);
    if (of === null) return { name, value, unit: 'ms' };
    const times = value / timeOf(alone, of);
    return {
      ...{ name, value, unit: 'ms' },
      ratio: { of, times, inTurns: timeOf(inTurns, name) / timeOf(inTurns, of) },
    };
  });
}
