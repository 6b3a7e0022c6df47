import { describe, expect, it } from 'vitest';

import type { LayerExplanation } from '../../../../src/protocol/explanation.js';
import { mapCorrelation } from '../../../../src/heatmap/correlation.js';
import { gridOf } from '../../../../src/webview/state/selectors.js';
import { classesFor, layerNames } from '../../../../src/webview/views/classes/choice.js';
import { pairsOf, type ClassMaps } from '../../../../src/webview/views/classes/pairs.js';
import { axisLow, segmentsOf } from '../../../../src/webview/views/shared/correlationAxis.js';
import { formatCorrelation } from '../../../../src/webview/views/shared/formatCorrelation.js';
import { explanationOf } from '../subjects.js';

describe('the classes at first', () => {
  const explanation = {
    ...explanationOf(4, {}),
    predictions: [4, 2, 9].map((index) => ({ index, label: '', probability: 0, value: 0, logit: 0 })),
    values: new Float32Array(10),
    probabilities: new Float32Array(10),
    apart: null,
  };
  const expected = (
    index: number,
  ): { index: number; label: string; rank: number; probability: number; value: number } => ({
    index,
    label: '',
    rank: 1,
    probability: 0,
    value: 0,
  });

  it('are the two most probable, where the predicted one is explained', () => {
    expect(classesFor({ targets: null }, explanation, null)).toEqual([4, 2]);
  });

  it('are the explained, the expected and the predicted', () => {
    expect(classesFor({ targets: null }, explanation, expected(7))).toEqual([4, 7]);
    expect(classesFor({ targets: null }, explanation, expected(4))).toEqual([4, 2]);
    const { target } = explanationOf(8, {});
    expect(classesFor({ targets: null }, { ...explanation, target }, expected(7))).toEqual([8, 7, 4]);
    expect(classesFor({ targets: null }, { ...explanation, target }, expected(8))).toEqual([8, 4]);
  });

  it('are those chosen, as far as the model has them', () => {
    expect(classesFor({ targets: [9, 10, 1] }, explanation, expected(7))).toEqual([9, 1]);
    expect(classesFor({ targets: [10] }, explanation, null)).toEqual([4, 2]);
  });
});

function layer(...values: readonly number[]): LayerExplanation {
  const map = Float32Array.from(values);
  return {
    tensor: '',
    channels: 1,
    height: 1,
    width: values.length,
    map,
    weights: null,
    top: [],
    relevanceSum: null,
  };
}

describe('the pairs of classes', () => {
  const [rising, other, flat] = [layer(0, 1, 3), layer(5, 1, 2, 0), layer(2, 2)];
  const classes: readonly ClassMaps[] = [
    { target: 3, layers: [rising, flat, rising] },
    { target: 8, layers: [other, rising, null] },
    { target: 5, layers: [rising, rising, rising] },
    { target: 6, layers: [rising, rising, rising] },
  ];
  const pairs = pairsOf(classes, 7, 2);

  it('are those of the first three', () => {
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([
      [3, 8],
      [3, 5],
      [8, 5],
    ]);
  });

  it('are correlated layer by layer at the size of the input', () => {
    expect(pairs[0]?.values[0]).toBe(mapCorrelation(gridOf(rising), gridOf(other), 7, 2));
    expect(pairs[1]?.values[0]).toBeCloseTo(1, 6);
  });

  it('tell a flat map from one that is not known', () => {
    expect(pairs[0]?.values.slice(1)).toEqual([null, undefined]);
  });

  it('need an axis below zero only where they are', () => {
    const lines = pairs.map(({ values }) => values);
    expect(axisLow(lines)).toBe(-1);
    expect(axisLow(lines.slice(1, 2))).toBe(0);
  });
});

it('a line is broken where there is no value', () => {
  expect(segmentsOf([0.5, undefined, null, 0.2, -0.1])).toEqual([
    [{ column: 0, value: 0.5 }],
    [
      { column: 3, value: 0.2 },
      { column: 4, value: -0.1 },
    ],
  ]);
  expect(segmentsOf([null])).toEqual([]);
});

it('a correlation has two digits and no negative zero', () => {
  expect([1, -0.756, -0.001].map(formatCorrelation)).toEqual(['1.00', '−0.76', '0.00']);
});

it('layers whose short names are the same are named in full', () => {
  const layers = ['layer1', 'layer2/0/bn1', 'layer3/0/bn1', 'layer3/1'].map((path) => ({
    ...{ tensor: path, path, channels: 1, height: 1, width: 1, tokens: false },
  }));
  expect(layerNames(layers)).toEqual(['layer1', 'layer2/0/bn1', 'layer3/0/bn1', 'layer3/1']);
});
