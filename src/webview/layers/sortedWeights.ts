/** Channel numbers from the highest weight to the lowest; equals in the order of the channels. */
export function channelsByWeight(weights: Float32Array): readonly number[] {
  return Array.from(weights.keys()).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
}

/** Corners of the plot's curve in a box of 1 × 1: x by rank, y from 0 at `high` to 1 at `low`. */
export function curveOf(
  weights: Float32Array,
  order: readonly number[],
  [low, high]: readonly [number, number],
): readonly (readonly [x: number, y: number])[] {
  const last = Math.max(1, order.length - 1);
  return order.map((channel, rank) => [rank / last, plotHeight(weights[channel] ?? 0, [low, high])]);
}

/** 0 at the top of the plot, 1 at its bottom. */
export function plotHeight(weight: number, [low, high]: readonly [number, number]): number {
  return high > low ? (high - weight) / (high - low) : 0.5;
}

const PAGE = 10;

/** Where a key leads from a place of a plot; null for keys that lead nowhere. Not held within the plot. */
export function rankAfter(key: string, rank: number, last: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return rank + 1;
    case 'ArrowLeft':
    case 'ArrowDown':
      return rank - 1;
    case 'PageUp':
      return rank + PAGE;
    case 'PageDown':
      return rank - PAGE;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
