import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../../src/engine/onnx/builder.js';
import type { Graph } from '../../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { graphOf, node, numbers, values, type Values } from '../graphs.js';
import {
  carried,
  centralDifferences,
  expectClose,
  forward,
  gammaRule,
  matrixOf,
  outputDims,
  zPlusRule,
} from './check.js';

/** Beyond this, with ceil_mode, ONNX Runtime's shape inference and its kernels disagree on the last window. */
type Window = typeof window extends fc.Arbitrary<infer T> ? T : never;

const window = fc
  .record({
    kernel: fc.array(fc.integer({ min: 2, max: 3 }), { minLength: 2, maxLength: 2 }),
    strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
    pads: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }),
    ceil: fc.boolean(),
    includePad: fc.boolean(),
    seed: fc.nat(1000),
  })
  .filter(({ kernel, strides, pads }) =>
    kernel.every((size, axis) => size >= (strides[axis] ?? 1) + (pads[axis + 2] ?? 0)),
  );

const attributesOf = ({ kernel, strides, pads, ceil }: Window): Attributes => ({
  kernel_shape: { type: 'ints', value: kernel },
  strides: { type: 'ints', value: strides },
  pads: { type: 'ints', value: pads },
  ceil_mode: { type: 'int', value: ceil ? 1 : 0 },
});

/** Distinct values, so that every window has one winner, well apart for differences. */
function distinct(dims: readonly number[], seed: number): Values {
  const order = numbers(dims, seed).data.map((key, index) => ({ key, index }));
  order.sort((a, b) => a.key - b.key);
  const data = new Array<number>(order.length).fill(0);
  order.forEach(({ index }, rank) => (data[index] = rank * 0.5 - order.length / 5));
  return values(dims, data);
}

/** Every column of a row: rectified values in proportion to what they give, signed ones by the γ rule. */
async function checkAveraging(graph: Graph, x: Values): Promise<void> {
  const arriving = numbers(await outputDims(graph, x), 5);
  const matrix = await matrixOf(graph, x);
  const [y = []] = await forward(graph, [x]);
  expectClose(await carried(graph, 'relevance', x, arriving), gammaRule(matrix, x, y, arriving), 1e-4);
  const rectified = values(x.dims, x.data.map(Math.abs));
  const inProportion = await carried(graph, 'relevance', rectified, arriving, 'positive');
  expectClose(inProportion, zPlusRule(matrix, rectified, arriving), 1e-4);
  const derivative = await carried(graph, 'derivative', x, arriving);
  expectClose(derivative, await centralDifferences(graph, x, arriving, 0.05), 1e-3);
  expectClose(await carried(graph, 'relevance', x, arriving, 'tokens'), derivative, 1e-6);
}

describe('pooling', () => {
  test('MaxPool sends everything to the winner; overlapping windows add up', async () => {
    await fc.assert(
      fc.asyncProperty(window, async (shape) => {
        const x = distinct([1, 2, 6, 7], shape.seed);
        const graph = graphOf(x.dims, [node('MaxPool', ['x'], ['y'], attributesOf(shape))]);
        const arriving = numbers(await outputDims(graph, x), 5);
        const expected = await centralDifferences(graph, x, arriving, 0.1);
        expectClose(await carried(graph, 'derivative', x, arriving), expected, 1e-3);
        expectClose(await carried(graph, 'relevance', x, arriving), expected, 1e-3);
      }),
      { numRuns: 20 },
    );
  });

  test('MaxPool gives a tie to the first in row-major order', async () => {
    const x = values([1, 1, 2, 2], [1, 3, 3, 3]);
    const graph = graphOf(x.dims, [
      node('MaxPool', ['x'], ['y'], { kernel_shape: { type: 'ints', value: [2, 2] } }),
    ]);
    expect((await carried(graph, 'relevance', x, values([1, 1, 1, 1], [5]))).data).toEqual([0, 5, 0, 0]);
  });

  test('GlobalMaxPool', async () => {
    const x = distinct([1, 3, 3, 4], 2);
    const graph = graphOf(x.dims, [node('GlobalMaxPool', ['x'], ['y'])]);
    const arriving = numbers([1, 3, 1, 1], 5);
    const expected = await centralDifferences(graph, x, arriving, 0.1);
    expectClose(await carried(graph, 'derivative', x, arriving), expected, 1e-3);
    expectClose(await carried(graph, 'relevance', x, arriving), expected, 1e-3);
  });

  test('AveragePool with padding counted and not, with ceil_mode', async () => {
    await fc.assert(
      fc.asyncProperty(window, async (shape) => {
        const attributes: Attributes = {
          ...attributesOf(shape),
          count_include_pad: { type: 'int', value: shape.includePad ? 1 : 0 },
        };
        const x = numbers([1, 2, 6, 7], shape.seed);
        await checkAveraging(graphOf(x.dims, [node('AveragePool', ['x'], ['y'], attributes)]), x);
      }),
      { numRuns: 25 },
    );
  });

  test('GlobalAveragePool', async () => {
    const x = numbers([1, 3, 3, 4], 2);
    await checkAveraging(graphOf(x.dims, [node('GlobalAveragePool', ['x'], ['y'])]), x);
  });

  test.each(['ReduceMean', 'ReduceSum'])('%s over any axes', async (op) => {
    const x = numbers([1, 3, 2, 4], 2);
    for (const axes of [[2, 3], [-1], [1], []])
      for (const keepdims of [0, 1]) {
        const attributes: Attributes = { keepdims: { type: 'int', value: keepdims } };
        const given = axes.length > 0 ? { axes: int64Tensor(axes) } : {};
        await checkAveraging(
          graphOf(x.dims, [node(op, ['x', ...Object.keys(given)], ['y'], attributes)], given),
          x,
        );
      }
  });

  test('ReduceMax over any axes', async () => {
    const x = distinct([1, 3, 2, 4], 2);
    for (const axes of [[2, 3], [-1], [1], [3, 0]])
      for (const keepdims of [0, 1]) {
        const attributes: Attributes = { keepdims: { type: 'int', value: keepdims } };
        const graph = graphOf(x.dims, [node('ReduceMax', ['x', 'axes'], ['y'], attributes)], {
          axes: int64Tensor(axes),
        });
        const arriving = numbers(await outputDims(graph, x), 5);
        const expected = await centralDifferences(graph, x, arriving, 0.1);
        expectClose(await carried(graph, 'relevance', x, arriving), expected, 1e-3);
        expectClose(await carried(graph, 'derivative', x, arriving), expected, 1e-3);
      }
  });

  test('ReduceL2 has a derivative alone', async () => {
    const x = numbers([1, 3, 2, 4], 2);
    const graph = graphOf(x.dims, [node('ReduceL2', ['x', 'axes'], ['y'])], { axes: int64Tensor([2, 3]) });
    const arriving = numbers([1, 3, 1, 1], 5);
    const derivative = await carried(graph, 'derivative', x, arriving);
    expectClose(derivative, await centralDifferences(graph, x, arriving, 0.02), 1e-3);
  });

  test.each(['nearest', 'linear'])('Resize, %s, by scales and by sizes', async (mode) => {
    const x = numbers([1, 2, 3, 4], 2);
    for (const coordinates of ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'])
      for (const [scales, sizes] of [
        [[1, 1, 2, 1.5], null],
        [null, [1, 2, 5, 7]],
        [null, [1, 2, 2, 3]],
      ] as const) {
        const constants: Record<string, Tensor> = scales
          ? { scales: floatTensor(scales, [4]) }
          : { sizes: int64Tensor(sizes) };
        const attributes: Attributes = {
          mode: { type: 'string', value: mode },
          coordinate_transformation_mode: { type: 'string', value: coordinates },
        };
        const inputs = scales ? ['x', '', 'scales'] : ['x', '', '', 'sizes'];
        await checkAveraging(graphOf(x.dims, [node('Resize', inputs, ['y'], attributes)], constants), x);
      }
  });
});

test.each([
  { region: [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.8], sizes: [1, 2, 5, 4] },
  { region: [0, 0, 0, -0.3, 1, 1, 1, 0.8], sizes: [1, 2, 3, 6] },
])('Resize of the region $region', async ({ region, sizes }) => {
  const x = numbers([1, 2, 3, 4], 2);
  const attributes: Attributes = {
    mode: { type: 'string', value: 'linear' },
    coordinate_transformation_mode: { type: 'string', value: 'tf_crop_and_resize' },
  };
  const graph = graphOf(x.dims, [node('Resize', ['x', 'region', '', 'sizes'], ['y'], attributes)], {
    region: floatTensor(region, [8]),
    sizes: int64Tensor(sizes),
  });
  await checkAveraging(graph, x);
});

test.each([
  { strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1], blocks: [3, 2] },
  { strides: [1, 2], pads: [1, 0, 1, 1], dilations: [1, 1], blocks: [7, 2] },
  { strides: [1, 1], pads: [0, 1, 0, 1], dilations: [2, 1], blocks: [4, 5] },
])('Col2Im with %j', async ({ strides, pads, dilations, blocks: [down = 1, across = 1] }) => {
  const x = numbers([1, 2 * 6, down * across], 3);
  const list = (value: readonly number[]) => ({ type: 'ints', value }) as const;
  const attributes = { strides: list(strides), pads: list(pads), dilations: list(dilations) };
  const graph = graphOf(x.dims, [node('Col2Im', ['x', 'picture', 'block'], ['y'], attributes)], {
    picture: int64Tensor([6, 5]),
    block: int64Tensor([2, 3]),
  });
  await checkAveraging(graph, x);
});
