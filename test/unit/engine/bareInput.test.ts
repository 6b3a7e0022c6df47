// Pictures that go in as rows of numbers, and that no operator brings into shape: explained as the same pictures in shape.
import { describe, expect, test } from 'vitest';

import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { array, engine, expectNear, explain, logitsOf, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';

/** Two dense layers on an input of this shape. */
function dense(shape: readonly number[]): Graph {
  const count = shape.reduce((product, size) => product * size, 1);
  const nodes = [
    node('Flatten', ['x'], ['flat']),
    node('Gemm', ['flat', 'w0'], ['h']),
    node('Relu', ['h'], ['a']),
    node('Gemm', ['a', 'w1'], ['logits']),
  ];
  return graphOf(shape, nodes, {
    w0: constant(numbers([count, 6], 1)),
    w1: constant(numbers([6, 4], 2)),
  });
}

describe.each<[string, readonly number[], readonly number[]]>([
  ['a row of greys', [1, 144], [1, 1, 12, 12]],
  ['rows of greys', [1, 12, 12], [1, 1, 12, 12]],
  ['a row of colours', [1, 300], [1, 3, 10, 10]],
])('%s', (name, bare, picture) => {
  const values = numbers(picture, 5, 0, 1).data;

  test.each(['lrp', 'clrp'] as const)('is explained at its pixels by %s', async (method) => {
    const perChannel = (value: number) => Array.from({ length: picture[1] ?? 0 }, () => value);
    const asked = { settings: { range: [0, 1], mean: perChannel(0), std: perChannel(1) }, method } as const;
    const found = await explain(saved(`${name} bare`, dense(bare)), array('row', bare, values), asked);
    const input = array('picture', picture, values);
    const expected = await explain(saved(`${name} in shape`, dense(picture)), input, asked);
    expectNear(logitsOf(found), logitsOf(expected), 1e-5);
    expect(found.layers).toHaveLength(1);
    expectNear(found.layers[0]?.map ?? [], Array.from(expected.layers[0]?.map ?? [NaN]), 1e-4);
  });
});

describe('is no picture', () => {
  const inputs = [
    { name: 'age', dataType: DataType.FLOAT, shape: [1, 64] },
    { name: 'x', dataType: DataType.FLOAT, shape: [1, 3, 8, 8] },
  ];

  test('a row beside a picture', async () => {
    const graph = { ...dense([1, 3, 8, 8]), inputs };
    const { input } = await engine.open({ model: saved('beside', graph), settings: {} }, call());
    expect(input.name).toBe('x');
  });

  test.each<[string, readonly number[]]>([
    ['a handful of measurements', [1, 16]],
    ['what is no square', [1, 783]],
    ['what is no square of rows', [1, 9, 12]],
  ])('%s', async (name, shape) => {
    const opened = engine.open({ model: saved(name, dense(shape)), settings: {} }, call());
    await expect(opened).rejects.toMatchObject({ failure: { code: 'noImageInput' } });
  });

  test('a row of words', async () => {
    const inputs = [{ name: 'x', dataType: DataType.INT64, shape: [1, 64] }];
    const nodes = [node('Gather', ['table', 'x'], ['y']), node('ReduceMean', ['y', 'one'], ['logits'])];
    const table = constant(numbers([30, 4], 1));
    const graph = { ...graphOf([1, 64], nodes, { table, one: int64Tensor([1]) }), inputs };
    const opened = engine.open({ model: saved('words', graph), settings: {} }, call());
    await expect(opened).rejects.toMatchObject({ failure: { code: 'noImageInput' } });
  });

  test('a row whose values are given', async () => {
    const settings = { inputs: { x: numbers([64], 3).data } };
    const opened = engine.open({ model: saved('given', dense([1, 64])), settings }, call());
    await expect(opened).rejects.toMatchObject({ failure: { code: 'noImageInput' } });
  });
});
