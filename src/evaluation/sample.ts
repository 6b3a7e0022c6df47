import { Random } from './random.js';
import type { Shard } from './report.js';

/**
 * Some of the pictures, drawn at random, in the order in which they are evaluated: also a part of them says something of
 * all. With the same seed a smaller sample is the beginning of a larger one.
 * @param limit how many; null for all
 */
export function draw<T>(all: readonly T[], limit: number | null, seed: number): readonly T[] {
  const random = new Random(seed);
  const drawn = [...all];
  const count = Math.min(limit ?? drawn.length, drawn.length);
  for (let place = 0; place < count; place++) {
    const other = place + random.below(drawn.length - place);
    const [here, there] = [drawn[place], drawn[other]];
    if (here === undefined || there === undefined) continue;
    [drawn[place], drawn[other]] = [there, here];
  }
  return drawn.slice(0, count);
}

/** The pictures of one part: every so many of them, so that no part has all the large ones. */
export function partOf<T>(drawn: readonly T[], shard: Shard | null): readonly T[] {
  return shard === null ? drawn : drawn.filter((_, place) => place % shard.count === shard.index - 1);
}
