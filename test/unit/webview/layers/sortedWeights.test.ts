import { describe, expect, it } from 'vitest';
import { channelsByWeight, curveOf, plotHeight } from '../../../../src/webview/layers/sortedWeights.js';

describe('sorted weights', () => {
  const weights = Float32Array.of(0.25, -0.5, 1, 0.25);

  it('go from the highest to the lowest, equals in order', () => {
    expect(channelsByWeight(weights)).toEqual([2, 0, 3, 1]);
  });

  it('are drawn from the left above to the right below, with zero between', () => {
    const range = [-0.5, 1] as const;
    expect(curveOf(weights, [2, 0, 3, 1], range)).toEqual([
      [0, 0],
      [1 / 3, 0.5],
      [2 / 3, 0.5],
      [1, 1],
    ]);
    expect(plotHeight(0, range)).toBeCloseTo(2 / 3);
  });

  it('are drawn in the middle where all are zero', () => {
    expect(curveOf(Float32Array.of(0), [0], [0, 0])).toEqual([[0, 0.5]]);
  });
});
