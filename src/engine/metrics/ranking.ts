/** The pixels of a map, the most relevant first; of equal ones the first, row by row. */
export function byRelevance(up: Float32Array): Uint32Array {
  return Uint32Array.from(up.keys()).sort((a, b) => (up[b] ?? 0) - (up[a] ?? 0) || a - b);
}
