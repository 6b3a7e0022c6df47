import { describe, test } from 'vitest';

import type { Attributes } from '../../../../src/engine/onnx/builder.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { graphOf, node, numbers, values, type Values } from '../graphs.js';
import { carried, expectClose, matrixOf, outputDims } from './check.js';

interface Case {
  readonly op: string;
  readonly title?: string;
  readonly attributes?: Attributes;
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly outputs?: readonly string[];
  readonly inputs?: readonly string[];
  readonly dims?: readonly number[];
}

const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const;
const int = (value: number) => ({ type: 'int', value }) as const;

const CASES: readonly Case[] = [
  { op: 'Flatten' },
  { op: 'Reshape', constants: { shape: int64Tensor([2, -1]) } },
  { op: 'Squeeze', constants: { axes: int64Tensor([0]) } },
  { op: 'Unsqueeze', constants: { axes: int64Tensor([1]) } },
  { op: 'Transpose', attributes: { perm: ints([0, 2, 3, 1]) } },
  { op: 'Transpose', title: 'reversed' },
  {
    op: 'Concat',
    attributes: { axis: int(1) },
    inputs: ['x', 'other'],
    constants: { other: floatTensor(new Array<number>(24).fill(0), [1, 2, 3, 4]) },
  },
  { op: 'Concat', title: 'twice the same', attributes: { axis: int(-1) }, inputs: ['x', 'x'] },
  { op: 'Pad', constants: { pads: int64Tensor([0, 0, 1, 2, 0, 0, 0, 1]) } },
  { op: 'Pad', title: 'cropping', constants: { pads: int64Tensor([0, 0, -1, 0, 0, 0, 0, -1]) } },
  {
    op: 'Pad',
    title: 'reflect',
    attributes: { mode: { type: 'string', value: 'reflect' } },
    constants: { pads: int64Tensor([0, 0, 1, 2, 0, 0, 1, 1]) },
  },
  {
    op: 'Pad',
    title: 'edge',
    attributes: { mode: { type: 'string', value: 'edge' } },
    constants: { pads: int64Tensor([0, 0, 1, 2, 0, 0, 1, 1]) },
  },
  {
    op: 'Slice',
    constants: {
      starts: int64Tensor([3, 0]),
      ends: int64Tensor([-5, 3]),
      axes: int64Tensor([3, 2]),
      steps: int64Tensor([-2, 2]),
    },
  },
  {
    op: 'Slice',
    title: 'of neighbours',
    constants: {
      starts: int64Tensor([-3, 1]),
      ends: int64Tensor([2 ** 31, -1]),
      axes: int64Tensor([-1, 2]),
    },
  },
  { op: 'Split', attributes: { axis: int(3), num_outputs: int(2) }, outputs: ['y', 'z'] },
  {
    op: 'Split',
    title: 'in uneven parts',
    attributes: { axis: int(-1) },
    constants: { split: int64Tensor([1, 2, 1]) },
    outputs: ['y', 'z', 'w'],
  },
  {
    op: 'Gather',
    title: 'of one',
    attributes: { axis: int(2) },
    constants: { indices: int64Tensor([-1], []) },
  },
  {
    op: 'Gather',
    title: 'of neighbours',
    attributes: { axis: int(-1) },
    constants: { indices: int64Tensor([1, 2, 3]) },
  },
  { op: 'Gather', attributes: { axis: int(1) }, constants: { indices: int64Tensor([1, 0, 1]) } },
  { op: 'Expand', constants: { shape: int64Tensor([2, 2, 3, 4]) } },
  {
    op: 'GatherElements',
    attributes: { axis: int(3) },
    constants: { indices: int64Tensor([0, 3, 3, 1, 2, 2], [1, 2, 3, 1]) },
  },
  { op: 'GatherND', constants: { indices: int64Tensor([0, 1, 0, 0], [2, 2]) } },
  {
    op: 'ScatterND',
    inputs: ['x', 'indices', 'updates'],
    constants: {
      indices: int64Tensor([0, 1], [1, 2]),
      updates: floatTensor(new Array<number>(12).fill(0), [1, 3, 4]),
    },
  },
  {
    op: 'ScatterND',
    title: 'of itself',
    inputs: ['x', 'indices', 'x'],
    constants: { indices: int64Tensor([0], [1, 1]) },
  },
  { op: 'SpaceToDepth', dims: [1, 2, 4, 6], attributes: { blocksize: int(2) } },
  { op: 'DepthToSpace', dims: [1, 8, 2, 3], attributes: { blocksize: int(2) } },
  {
    op: 'DepthToSpace',
    title: 'CRD',
    dims: [1, 8, 2, 3],
    attributes: { blocksize: int(2), mode: { type: 'string', value: 'CRD' } },
  },
  { op: 'Tile', constants: { repeats: int64Tensor([1, 2, 1, 2]) } },
];

/** Mᵀ R, with M the 0/1 matrix of the movement. */
function transposed(matrix: readonly (readonly number[])[], x: Values, arriving: Values): Values {
  return values(
    x.dims,
    x.data.map((_, i) => matrix.reduce((sum, row, j) => sum + (row[i] ?? 0) * (arriving.data[j] ?? 0), 0)),
  );
}

describe('data movement', () => {
  test.each(CASES)(
    '$op $title',
    async ({ op, attributes = {}, constants = {}, outputs = ['y'], inputs, dims = [1, 2, 3, 4] }) => {
      const x = numbers(dims, 3);
      const graph = graphOf(
        x.dims,
        [node(op, inputs ?? ['x', ...Object.keys(constants)], outputs, attributes)],
        constants,
      );
      const arriving = numbers(await outputDims(graph, x), 4);
      const expected = transposed(await matrixOf(graph, x), x, arriving);
      expectClose(await carried(graph, 'relevance', x, arriving), expected, 1e-5);
      expectClose(await carried(graph, 'derivative', x, arriving), expected, 1e-5);
    },
  );

  test('parts of which some take nothing are put together again', async () => {
    const x = numbers([1, 2, 3], 3);
    const split = node('Split', ['x'], ['a', 'b', 'c'], { axis: int(-1), num_outputs: int(3) });
    const arriving = values([1, 2, 1], [5, 7]);
    const whole = await carried(graphOf(x.dims, [split]), 'derivative', x, arriving, undefined, [0, 2]);
    expectClose(whole, values(x.dims, [5, 0, 5, 7, 0, 7]), 1e-6);
  });
});
