import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { simplify } from '../../../src/engine/prepare/simplify.js';
import { OPSET, upgrade } from '../../../src/engine/prepare/upgrade.js';
import { graphOf, node, numbers, run } from './graphs.js';

interface Case {
  readonly op: string;
  readonly from: number;
  readonly attributes?: Attributes;
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly outputs?: readonly string[];
}

const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const;
const int = (value: number) => ({ type: 'int', value }) as const;
const float = (value: number) => ({ type: 'float', value }) as const;

const CASES: readonly Case[] = [
  { op: 'ReduceMean', from: 13, attributes: { axes: ints([2, 3]), keepdims: int(0) } },
  { op: 'ReduceMax', from: 11, attributes: { axes: ints([1]) } },
  { op: 'ReduceSum', from: 11, attributes: { axes: ints([-1]), keepdims: int(1) } },
  { op: 'Squeeze', from: 11, attributes: { axes: ints([0]) } },
  { op: 'Unsqueeze', from: 9, attributes: { axes: ints([0, 3]) } },
  { op: 'Split', from: 11, attributes: { axis: int(3), split: ints([1, 3]) }, outputs: ['y', 'z'] },
  { op: 'Split', from: 13, attributes: { axis: int(3) }, outputs: ['y', 'z'] },
  { op: 'Softmax', from: 11, attributes: { axis: int(1) } },
  { op: 'Softmax', from: 9 },
  { op: 'LogSoftmax', from: 11, attributes: { axis: int(2) } },
  { op: 'Dropout', from: 7, attributes: { ratio: float(0.4) } },
  { op: 'Dropout', from: 10, attributes: { ratio: float(0.4) } },
  { op: 'Clip', from: 7, attributes: { min: float(-0.5), max: float(0.5) } },
  { op: 'Clip', from: 9, attributes: { max: float(0.25) } },
  { op: 'Pad', from: 9, attributes: { pads: ints([0, 0, 1, 0, 0, 0, 0, 2]), value: float(3) } },
  {
    op: 'Pad',
    from: 9,
    attributes: { pads: ints([0, 0, 1, 0, 0, 0, 0, 2]), mode: { type: 'string', value: 'edge' } },
  },
  { op: 'Slice', from: 9, attributes: { starts: ints([1, -3]), ends: ints([2, -1]), axes: ints([1, 3]) } },
  { op: 'Slice', from: 9, attributes: { starts: ints([1]), ends: ints([2 ** 63]), axes: ints([2]) } },
  { op: 'Slice', from: 7, attributes: { starts: ints([0, -2]), ends: ints([2 ** 31 - 1, 2 ** 63]) } },
  {
    op: 'ImageScaler',
    from: 7,
    attributes: { scale: float(0.5), bias: { type: 'floats', value: [0.25, -0.5] } },
  },
  { op: 'Affine', from: 8, attributes: { alpha: float(2), beta: float(0.5) } },
  { op: 'Scale', from: 9, attributes: { scale: float(4) } },
  { op: 'Crop', from: 9, attributes: { border: ints([1, 0, 2, 1]) } },
  { op: 'Crop', from: 9, attributes: { border: ints([1, 1, 9, 9]), scale: ints([2, 3]) } },
  {
    op: 'DynamicSlice',
    from: 9,
    constants: { starts: int64Tensor([1]), ends: int64Tensor([2 ** 63]), axes: int64Tensor([3]) },
  },
  { op: 'Upsample', from: 7, attributes: { scales: { type: 'floats', value: [1, 1, 2, 3] } } },
  { op: 'Upsample', from: 9, constants: { scales: floatTensor([1, 1, 2, 1.5], [4]) } },
  {
    op: 'Upsample',
    from: 9,
    attributes: { mode: { type: 'string', value: 'linear' } },
    constants: { scales: floatTensor([1, 1, 2, 2], [4]) },
  },
  { op: 'Resize', from: 10, constants: { scales: floatTensor([1, 1, 2, 2], [4]) } },
  { op: 'TopK', from: 9, attributes: { k: int(2) }, outputs: ['y', 'indices'] },
  {
    op: 'BatchNormalization',
    from: 8,
    attributes: { spatial: int(1), epsilon: float(0.01) },
    constants: {
      scale: floatTensor([1, 2], [2]),
      bias: floatTensor([0, 1], [2]),
      mean: floatTensor([0.2, 0.1], [2]),
      variance: floatTensor([1, 3], [2]),
    },
  },
  { op: 'Reshape', from: 7, constants: { shape: int64Tensor([2, 12]) } },
];

describe('an older model computes the same after its operators were brought to opset 18', () => {
  test.each(CASES)('$op-$from', async ({ op, from, attributes = {}, constants = {}, outputs = ['y'] }) => {
    const x = numbers([1, 2, 3, 4], 5);
    const nodes = [node(op, ['x', ...Object.keys(constants)], outputs, attributes)];
    const current = graphOf(x.dims, nodes, constants);
    const old: Graph = {
      ...current,
      opsets: new Map([['', from]]),
      outputs: current.outputs.filter(({ name }) => name !== 'indices'),
    };
    const upgraded = upgrade(old, 'test graph');
    expect(upgraded.opsets.get('')).toBe(OPSET);
    expect(await run(upgraded, { x })).toEqual(await run(old, { x }));
  });

  test.each([
    ['ScaledTanh', { alpha: float(2), beta: float(0.5) }],
    ['ParametricSoftplus', { alpha: float(2), beta: float(0.5) }],
    ['MeanVarianceNormalization', {}],
    ['MeanVarianceNormalization', { across_channels: int(1) }],
    ['MeanVarianceNormalization', { across_channels: int(1), normalize_variance: int(0) }],
  ])('%s-7, whose sums are in another order %#', async (op, attributes) => {
    const x = numbers([1, 2, 3, 4], 5);
    const old = graphOf(x.dims, [node(op, ['x'], ['y'], attributes)], {}, 7);
    const expected = (await run(old, { x })).get('y');
    const found = (await run(upgrade(old, 'test graph'), { x })).get('y');
    expect(found?.dims).toEqual(expected?.dims);
    found?.data.forEach((value, index) => {
      expect(value).toBeCloseTo(expected?.data[index] ?? NaN, 4);
    });
  });

  test('nodes without a name, whose parts are told apart', async () => {
    const softmax = (from: string, to: string) => ({ ...node('Softmax', [from], [to]), name: '' });
    const x = numbers([1, 2, 3, 4], 5);
    const old = graphOf(x.dims, [softmax('x', 'y'), softmax('y', 'z')], {}, 9);
    const simplified = await simplify(upgrade(old, 'test graph'), 'test graph', tmpdir());
    expect((await run(simplified, { x })).get('z')).toEqual((await run(old, { x })).get('z'));
  });
});
