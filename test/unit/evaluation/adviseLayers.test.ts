import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { adviseLayers } from '../../../src/evaluation/adviseLayers.js';
import type { MetricTable } from '../../../src/evaluation/metricTable.js';
import type { MetricId } from '../../../src/protocol/metrics.js';

/** One method's means at as many layers, each with an interval of ± 1. */
function table(metric: MetricId, means: readonly (number | null)[]): MetricTable {
  return {
    metric,
    objects: null,
    methods: ['relevance-cam'],
    rows: means.map((mean, index) => ({
      layer: { tensor: `t${index}`, label: `layer${index}`, height: 7, width: 7 },
      cells: [mean === null ? null : { mean, low: mean - 1, high: mean + 1, n: 50 }],
    })),
  };
}

const labels = (tables: readonly MetricTable[]): readonly string[] =>
  adviseLayers(tables, 0).map(({ layer }) => layer.label);

describe('layers are ranked', () => {
  it('by what is better in each metric', () => {
    expect(labels([table('average-drop', [30, 10, 20])])).toEqual(['layer1', 'layer2', 'layer0']);
    expect(labels([table('average-increase', [30, 10, 20])])).toEqual(['layer0', 'layer2', 'layer1']);
  });

  it('by all pictures, not once more by those of small objects', () => {
    const small = { ...table('iou', [90, 10, 20]), objects: 'small' } as const;
    expect(labels([table('iou', [10, 20, 30]), small])).toEqual(['layer2', 'layer1', 'layer0']);
  });

  it('alike where their intervals overlap, in the order of depth', () => {
    const advice = adviseLayers([table('average-drop', [10, 11, 30])], 0);
    expect(advice.map(({ layer, place }) => [layer.label, place])).toEqual([
      ['layer0', 1],
      ['layer1', 1],
      ['layer2', 3],
    ]);
  });

  it('with what speaks for and against them', () => {
    const [first, , last] = adviseLayers(
      [table('average-drop', [10, 20, 30]), table('iou', [50, 60, 40])],
      0,
    );
    expect(first?.best.map(({ metric }) => metric)).toEqual(['average-drop']);
    expect(last?.worst.map(({ metric }) => metric)).toEqual(['average-drop', 'iou']);
  });

  it('by nothing that says nothing of better or worse', () => {
    const [first] = adviseLayers([table('sparsity', [10, 50])], 0);
    expect(first).toMatchObject({ place: 0, best: [], worst: [] });
  });

  it('last where a metric is not defined for them', () => {
    expect(labels([table('iou', [null, 10, 20])])).toEqual(['layer2', 'layer1', 'layer0']);
  });

  it('the same whatever order the metrics come in', () => {
    const means = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(means, means, (drops, ious) => {
        const [drop, iou] = [table('average-drop', drops), table('iou', ious)];
        expect(labels([drop, iou])).toEqual(labels([iou, drop]));
      }),
    );
  });
});
