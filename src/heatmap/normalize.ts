/** Lowest and highest value over all the arrays; [0, 0] where there is none. */
export function extentOf(...arrays: readonly Float32Array[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of arrays) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The extent of values of one sign; of both signs, equally far to both sides of zero. */
export function signedExtentOf(values: Float32Array): readonly [low: number, high: number] {
  return aboutZero(extentOf(values));
}

/** A range with values of both signs, widened to reach equally far to both sides of zero; another one as it is. */
export function aboutZero([low, high]: readonly [number, number]): readonly [low: number, high: number] {
  const most = Math.max(-low, high);
  return low < 0 && high > 0 ? [-most, most] : [low, high];
}

/**
 * (v − low) / (high − low), cut to 0 … 1. Without `scale` the values' own minimum and maximum;
 * a scale without width, as a constant map has, gives zeros.
 */
export function normalize(
  values: Float32Array,
  scale: readonly [number, number] | null = null,
): Float32Array {
  const [low, high] = scale ?? extentOf(values);
  const result = new Float32Array(values.length);
  if (!(high > low)) return result;
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] ?? 0) - low) / (high - low);
    result[i] = value > 1 ? 1 : value > 0 ? value : 0;
  }
  return result;
}
