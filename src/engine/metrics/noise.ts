/**
 * Normally distributed numbers of mean 0 and deviation 1, the same for the same seed: of uniform ones by mulberry32 two by
 * two (Box and Muller).
 */
export function* normalNumbers(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  for (;;) {
    // 1 − u is never 0.
    const [radius, angle] = [Math.sqrt(-2 * Math.log(1 - uniform())), 2 * Math.PI * uniform()];
    yield radius * Math.cos(angle);
    yield radius * Math.sin(angle);
  }
}
