/**
 * Draws values of a normal distribution with the mean and the deviation (of the whole, divided by n) of those given.
 * @param random uniform in [0, 1)
 */
export function redrawn(values: Float32Array, random: () => number): Float32Array {
  const { mean, deviation } = momentsOf(values);
  const drawn = new Float32Array(values.length);
  for (let index = 0; index < drawn.length; index += 2) {
    // Box and Muller 1958: two uniform numbers become two normal ones. 1 − u is never 0.
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    drawn[index] = mean + radius * Math.cos(angle);
    // What lies beyond the end is lost.
    drawn[index + 1] = mean + radius * Math.sin(angle);
  }
  return drawn;
}

/** Mean and deviation in double precision. */
export function momentsOf(values: Float32Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/**
 * A sequence of numbers without pattern, uniform in [0, 1), the same wherever it runs: the top bits of a counter in steps
 * of the golden ratio, mixed (SplitMix, Steele et al. 2014, in 32 bits with the constants of MurmurHash3).
 */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x85ebca6b) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
