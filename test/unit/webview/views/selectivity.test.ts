import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerExplanation } from '../../../../src/protocol/explanation.js';
import { normalizeWeights } from '../../../../src/heatmap/weights.js';
import {
  areaPath,
  barsPath,
  barWidth,
  indexAt,
  linePath,
  placeOf,
} from '../../../../src/webview/views/selectivity/plotGeometry.js';
import {
  axisValues,
  commonRange,
  rankingOf,
  topShare,
  type Ranking,
} from '../../../../src/webview/views/selectivity/ranking.js';

function layerWith(weights: readonly number[] | null): LayerExplanation {
  const heaviest = [...(weights ?? []).keys()].sort((a, b) => (weights?.[b] ?? 0) - (weights?.[a] ?? 0));
  return {
    tensor: 'layer',
    channels: weights?.length ?? 4,
    height: 1,
    width: 1,
    map: new Float32Array(1),
    weights: weights && Float32Array.from(weights),
    top: heaviest.slice(0, 5).map((channel) => ({
      channel,
      weight: weights?.[channel] ?? 0,
      activation: new Float32Array(1),
      carried: null,
    })),
    relevanceSum: null,
  };
}

function ranked(weights: readonly number[]): Ranking {
  const ranking = rankingOf('grad-cam', layerWith(weights));
  if (!ranking) throw new Error('There are weights.');
  return ranking;
}

describe('a ranking', () => {
  const ranking = ranked([0.5, -2, 1, 0, 0.5]);

  it('divides by the largest magnitude', () => {
    expect([...ranking.weights]).toEqual([0.25, -1, 0.5, 0, 0.25]);
    expect([...normalizeWeights(new Float32Array(2))]).toEqual([0, 0]);
  });

  it('goes from the highest to the lowest and back', () => {
    expect(ranking.order).toEqual([2, 0, 4, 3, 1]);
    expect(ranking.ranks).toEqual([1, 4, 0, 3, 2]);
    expect([...ranking.sorted]).toEqual([0.5, 0.25, 0.25, 0, -1]);
  });

  it('says how much the three heaviest hold', () => {
    expect(topShare(ranking)).toBeCloseTo((1 + 0.5 + 0.5) / 4);
  });

  it('is sparse where one channel weighs all, even where all weigh the same', () => {
    expect(ranked([0, 3, 0, 0]).hoyer).toBeCloseTo(1);
    expect(ranked([2, 2, 2, 2]).hoyer).toBeCloseTo(0);
    expect(ranked([0, 0]).hoyer).toBeNull();
  });

  it('is none for a method that weighs no channels', () => {
    expect(rankingOf('lrp', layerWith(null))).toBeNull();
  });
});

describe('the axis', () => {
  it('fits the lowest weight of all methods', () => {
    expect(commonRange([ranked([1, 2])])).toEqual([0, 1]);
    expect(commonRange([ranked([1, 2]), ranked([4, -1]), ranked([4, -2])])).toEqual([-0.5, 1]);
    expect(commonRange([])).toEqual([0, 1]);
  });

  it('names its lower end only where that does not run into zero', () => {
    expect(axisValues([-0.5, 1])).toEqual([1, 0, -0.5]);
    expect(axisValues([-0.05, 1])).toEqual([1, 0]);
    expect(axisValues([0, 1])).toEqual([1, 0]);
  });
});

describe('a plot', () => {
  const values = Float32Array.of(1, 0, -0.5, 0.5);
  const size = { width: 80, height: 30 };

  it('has a bar from zero for every weight but zero', () => {
    expect(barsPath(values, [-0.5, 1], size)).toBe('M10.0 20.0V0.0M50.0 20.0V30.0M70.0 20.0V10.0');
    expect(barWidth(4, 80)).toBeCloseTo(16);
    expect(barWidth(2048, 300)).toBe(1);
  });

  it('has a line through them, and an area down to zero', () => {
    const line = 'M10.0 0.0L30.0 20.0L50.0 30.0L70.0 10.0';
    expect(linePath(values, [-0.5, 1], size)).toBe(line);
    expect(areaPath(values, [-0.5, 1], size)).toBe(`${line}L70.0 20.0L10.0 20.0Z`);
  });

  it('is read where its weights stand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (count, at) => {
        const index = at % count;
        expect(indexAt(placeOf(index, count), count)).toBe(index);
      }),
    );
    expect([indexAt(-0.1, 4), indexAt(0, 4), indexAt(1, 4)]).toEqual([0, 0, 3]);
  });
});
