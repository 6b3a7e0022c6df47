import { describe, expect, it } from 'vitest';

import type { Estimate, MetricTable } from '../../../../src/evaluation/metricTable.js';
import { judge } from '../../../../src/webview/report/metrics/judge.js';
import { plotGeometry } from '../../../../src/webview/report/metrics/plotGeometry.js';
import { sortAfter, sortedRows } from '../../../../src/webview/report/metrics/sorting.js';
import { BY_DEPTH } from '../../../../src/webview/report/state/choice.js';
import { estimate, layerOf } from '../../evaluation/export/tables.js';

const LAYERS = ['a', 'b', 'c', 'd'];

/** One method at four layers. */
function tableOf(cells: readonly (Estimate | null)[], metric: MetricTable['metric'] = 'iou'): MetricTable {
  const rows = LAYERS.map((label, row) => ({ layer: layerOf(label), cells: [cells[row] ?? null] }));
  return { metric, objects: null, methods: ['relevance-cam'], rows };
}

const mean = (value: number): Estimate => estimate(value, value - 0.1, value + 0.1);
const TABLE = tableOf([mean(0.4), null, mean(0.9), mean(0.1)]);

describe('a table', () => {
  const order = (descending: boolean, method: 'relevance-cam' | null): string =>
    sortedRows(TABLE, { method, descending })
      .map(({ layer }) => layer.label)
      .join('');

  it('is by depth, or by the means of a method with undefined ones last', () => {
    expect(order(false, null)).toBe('abcd');
    expect(order(true, null)).toBe('dcba');
    expect(order(false, 'relevance-cam')).toBe('dacb');
    expect(order(true, 'relevance-cam')).toBe('cadb');
  });

  it('has what is better first at the first click, and turns round at the next', () => {
    const first = sortAfter({ metric: 'iou' }, BY_DEPTH, 'grad-cam');
    expect(first).toEqual({ method: 'grad-cam', descending: true });
    expect(sortAfter({ metric: 'iou' }, first, 'grad-cam').descending).toBe(false);
    expect(sortAfter({ metric: 'average-drop' }, BY_DEPTH, 'grad-cam').descending).toBe(false);
    expect(sortAfter({ metric: 'iou' }, first, null)).toEqual(BY_DEPTH);
  });
});

describe('a difference', () => {
  it.each([
    ['average-drop', -3, -1, 'better'],
    ['average-drop', 1, 3, 'worse'],
    ['iou', 0.1, 0.2, 'better'],
    ['iou', -0.1, 0.2, 'unclear'],
    ['iou', 0, 0, 'unclear'],
    ['sparsity', 0.1, 0.2, 'higher'],
  ] as const)('of %s from %d to %d is %s', (metric, low, high, verdict) => {
    expect(judge(metric, { low, high })).toBe(verdict);
  });
});

describe('a plot by depth', () => {
  it('has an axis with zero from the lowest to the highest end of an interval', () => {
    expect(plotGeometry(TABLE).range).toEqual([0, 1]);
    expect(plotGeometry(tableOf([estimate(-0.5, -1, 0)])).range).toEqual([-1, 0]);
    expect(plotGeometry(tableOf([])).range).toEqual([0, 1]);
  });

  it('pauses where a layer has no mean, and has a band of what is between', () => {
    const { lines } = plotGeometry(tableOf([mean(0.5), mean(0.9), null, mean(0.1)]));
    const numbers = (path: string | undefined): readonly number[] =>
      [...(path ?? '').matchAll(/-?[\d.]+/g)].map(([text]) => Math.round(Number(text)));
    expect(lines[0]?.points.map(({ row }) => row)).toEqual([0, 1, 3]);
    expect(numbers(lines[0]?.line)).toEqual([0, 50, 33, 10, 100, 90]);
    // There along the upper ends, back along the lower ones; of a single point there is none.
    expect(numbers(lines[0]?.band)).toEqual([0, 40, 33, 0, 33, 20, 0, 60]);
  });
});
