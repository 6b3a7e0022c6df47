/** Which part of all values a clipped scale tells apart. */
const KEPT = 0.99;

/**
 * A scale without the values of the largest magnitude, a hundredth of all: one of them alone does not take the colours
 * from all others. As it is where it would have no width.
 */
export function clipped(
  [low, high]: readonly [number, number],
  values: Float32Array,
): readonly [low: number, high: number] {
  const most = magnitudeQuantile(values, KEPT);
  const [from, to] = [Math.max(low, -most), Math.min(high, most)];
  return from < to ? [from, to] : [low, high];
}

/**
 * The value below which a share of all magnitudes lies, with neighbours in order interpolated between.
 * @param share 0 … 1
 */
export function magnitudeQuantile(values: Float32Array, share: number): number {
  const sorted = values.map(Math.abs).sort();
  const at = share * Math.max(0, sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? 0) - below);
}
