import type { Random } from './random.js';

/** A change of a file's bytes, wherever `at` says that it may happen. */
type ByteMutation = (bytes: Uint8Array, at: () => number, random: Random) => Uint8Array;

/** Damage that happens to files: flipped bits, missing, foreign and repeated stretches. */
export const BYTE_MUTATIONS: Readonly<Record<string, ByteMutation>> = {
  flip: (bytes, at, random) => {
    const changed = Uint8Array.from(bytes);
    for (let count = 1 + random.below(4); count > 0; count--) {
      const place = at();
      changed[place] = (changed[place] ?? 0) ^ (1 << random.below(8));
    }
    return changed;
  },
  overwrite: (bytes, at, random) => {
    const changed = Uint8Array.from(bytes);
    const start = at();
    changed.fill(random.of([0x00, 0xff, 0x80, 0x7f]), start, start + 1 + random.below(16));
    return changed;
  },
  cut: (bytes, at) => bytes.slice(0, at()),
  remove: (bytes, at, random) => {
    const start = at();
    return concatenated(bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(40)));
  },
  insert: (bytes, at, random) => {
    const start = at();
    const foreign = Uint8Array.from({ length: 1 + random.below(40) }, () => random.below(256));
    return concatenated(bytes.subarray(0, start), foreign, bytes.subarray(start));
  },
  repeat: (bytes, at, random) => {
    const start = at();
    const end = start + 1 + random.below(400);
    return concatenated(bytes.subarray(0, end), bytes.subarray(start));
  },
};

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
