import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../../src/engine/onnx/builder.js';
import { constant, graphOf, node, numbers, run, values, type Values } from '../graphs.js';
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

/** Every column of a row, for x of both signs. */
async function checkLinear(
  op: string,
  x: Values,
  w: Values,
  attributes: Attributes,
  order: readonly string[] = ['x', 'w'],
): Promise<void> {
  const operands = { w: constant(w) };
  const graph = graphOf(x.dims, [node(op, order, ['y'], attributes)], operands);
  const arriving = numbers(await outputDims(graph, x), 5);
  const matrix = await matrixOf(graph, x);
  // Nothing linear follows, so it is read as a classifier.
  expectClose(await carried(graph, 'relevance', x, arriving), zPlusRule(matrix, x, arriving), 1e-4);
  const [y = []] = await forward(graph, [x]);
  const bySign = await carried(graph, 'relevance', x, arriving, 'gamma');
  expectClose(bySign, gammaRule(matrix, x, y, arriving), 1e-4);
  const derivative = await carried(graph, 'derivative', x, arriving);
  expectClose(derivative, await centralDifferences(graph, x, arriving, 0.05), 1e-3);
  expectClose(await carried(graph, 'relevance', x, arriving, 'tokens'), derivative, 1e-6);
}

type Window = typeof spatial extends fc.Arbitrary<infer T> ? T : never;

const spatial = fc.record({
  kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
  strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
  dilations: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 2, maxLength: 2 }),
  pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
  group: fc.constantFrom(1, 2),
  seed: fc.nat(1000),
});

const equation = (value: string): Attributes => ({ equation: { type: 'string', value } });

const windowAttributes = ({ kernel, strides, dilations, pads, group }: Window): Attributes => ({
  kernel_shape: { type: 'ints', value: kernel },
  strides: { type: 'ints', value: strides },
  dilations: { type: 'ints', value: dilations },
  pads: { type: 'ints', value: pads },
  group: { type: 'int', value: group },
});

describe('linear operators', () => {
  test('Conv with any kernel, stride, dilation, pads and groups', async () => {
    await fc.assert(
      fc.asyncProperty(spatial, async (window) => {
        const [height = 1, width = 1] = window.kernel;
        const x = numbers([1, 4, 6, 5], window.seed);
        const w = numbers([4, 4 / window.group, height, width], window.seed + 1);
        await checkLinear('Conv', x, w, windowAttributes(window));
      }),
      { numRuns: 25 },
    );
  });

  test('ConvTranspose with any kernel, stride, dilation, pads and groups', async () => {
    const small = spatial.filter(({ kernel, dilations, pads }) =>
      kernel.every(
        (size, axis) => 4 + (dilations[axis] ?? 1) * (size - 1) > (pads[axis] ?? 0) + (pads[axis + 2] ?? 0),
      ),
    );
    await fc.assert(
      fc.asyncProperty(small, async (window) => {
        const [height = 1, width = 1] = window.kernel;
        const x = numbers([1, 4, 5, 5], window.seed);
        const w = numbers([4, 4 / window.group, height, width], window.seed + 1);
        await checkLinear('ConvTranspose', x, w, windowAttributes(window));
      }),
      { numRuns: 15 },
    );
  });

  test.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('Conv with auto_pad %s', async (mode) => {
    for (const stride of [1, 2])
      await checkLinear('Conv', numbers([1, 2, 5, 6], 3), numbers([3, 2, 3, 2], 4), {
        auto_pad: { type: 'string', value: mode },
        strides: { type: 'ints', value: [stride, stride] },
      });
  });

  test.each<[string, Attributes]>([
    ['output_shape', { output_shape: { type: 'ints', value: [10, 9] } }],
    [
      'output_shape and SAME_UPPER',
      { output_shape: { type: 'ints', value: [10, 9] }, auto_pad: { type: 'string', value: 'SAME_UPPER' } },
    ],
    ['SAME_UPPER', { auto_pad: { type: 'string', value: 'SAME_UPPER' } }],
    ['SAME_LOWER', { auto_pad: { type: 'string', value: 'SAME_LOWER' } }],
    [
      'output_padding',
      { output_padding: { type: 'ints', value: [1, 1] }, pads: { type: 'ints', value: [1, 0, 0, 1] } },
    ],
  ])('ConvTranspose with %s', async (_, attributes) => {
    await checkLinear('ConvTranspose', numbers([1, 2, 5, 4], 3), numbers([2, 3, 3, 4], 4), {
      strides: { type: 'ints', value: [2, 2] },
      ...attributes,
    });
  });

  test('Conv in one dimension', () => checkLinear('Conv', numbers([1, 2, 7], 3), numbers([3, 2, 3], 4), {}));

  test('Gemm with every transpose and alpha', async () => {
    for (const transA of [0, 1])
      for (const transB of [0, 1])
        for (const alpha of [1, 0.5, -2])
          await checkLinear(
            'Gemm',
            numbers(transA === 1 ? [4, 2] : [2, 4], 1),
            numbers(transB === 1 ? [3, 4] : [4, 3], 2),
            {
              transA: { type: 'int', value: transA },
              transB: { type: 'int', value: transB },
              alpha: { type: 'float', value: alpha },
            },
          );
  });

  test('MatMul with the constant on either side, with batch axes', async () => {
    await checkLinear('MatMul', numbers([2, 3, 4], 1), numbers([4, 5], 2), {});
    await checkLinear('MatMul', numbers([3, 4], 1), numbers([2, 4, 5], 2), {});
    await checkLinear('MatMul', numbers([2, 4, 3], 1), numbers([5, 4], 2), {}, ['w', 'x']);
  });

  test.each([
    ['ab,bc->ac', [3, 4], [4, 2], ['x', 'w']],
    ['abc,cd->adb', [2, 3, 4], [4, 2], ['x', 'w']],
    ['ab,cb->ca', [3, 4], [2, 4], ['w', 'x']],
    ['bhwc,hk->bkwc', [1, 3, 2, 2], [3, 4], ['x', 'w']],
  ] as const)('Einsum %s', async (text, xDims, wDims, order) => {
    const [x, w] =
      order[0] === 'x' ? [numbers(xDims, 1), numbers(wDims, 2)] : [numbers(wDims, 1), numbers(xDims, 2)];
    await checkLinear('Einsum', x, w, equation(text), order);
  });

  test.each([
    { weights: ['Softmax'], product: node('MatMul', ['t', 'x'], ['y']) },
    { weights: ['Softmax', 'MatMul'], product: node('MatMul', ['t', 'x'], ['y']) },
    { weights: ['Relu'], product: node('MatMul', ['t', 'x'], ['y']) },
    { weights: ['Softmax'], product: node('Einsum', ['x', 't'], ['y'], equation('bkd,bqk->bqd')) },
    { weights: ['Relu'], product: node('Einsum', ['x', 't'], ['y'], equation('bkd,bqk->bqd')) },
  ])('attention by $product.op: what $weights give acts as weights, the values take all', async (each) => {
    const x = numbers([2, 3, 4], 1);
    const constants = { scores: constant(numbers([4, 5], 3)), mixed: constant(numbers([5, 5], 4)) };
    const [function_ = '', mix = 'Identity'] = each.weights;
    const nodes = [
      node('MatMul', ['x', 'scores'], ['s']),
      node(function_, ['s'], ['attention']),
      node(mix, mix === 'MatMul' ? ['attention', 'mixed'] : ['attention'], ['m']),
      node('Transpose', ['m'], ['t'], { perm: { type: 'ints', value: [0, 2, 1] } }),
      each.product,
    ];
    const graph = graphOf(x.dims, nodes, constants);
    const arriving = numbers([2, 5, 4], 6);
    const attention = (
      await run({ ...graph, outputs: [{ name: 't', dataType: 1, shape: null }] }, { x })
    ).get('t');
    if (attention === undefined) throw new Error('no attention');
    const direct = graphOf(x.dims, [node('MatMul', ['w', 'x'], ['y'])], { w: constant(attention) });
    const matrix = await matrixOf(direct, x);
    const [y = []] = await forward(graph, [x]);
    const expected = gammaRule(matrix, x, y, arriving);
    expectClose(await carried(graph, 'relevance', x, arriving), expected, 1e-4);
    const multiplier = await carried(graph, 'relevance', x, arriving, 'tokens');
    expectClose(multiplier, await carried(direct, 'derivative', x, arriving), 1e-5);
  });

  test.each([
    ['no side is', ['x', 'x']],
    ['both sides are', ['p', 'p']],
  ])('a product of two activations of which %s certain to be ≥ 0 has no relevance rule', async (_, names) => {
    const x = numbers([2, 3, 3], 1);
    const graph = graphOf(x.dims, [node('Relu', ['x'], ['p']), node('MatMul', names, ['y'])]);
    await expect(carried(graph, 'relevance', x, numbers([2, 3, 3], 6))).rejects.toThrow();
  });

  test.each([
    ['MatMul', {}],
    ['Einsum', equation('bij,bjk->bik')],
  ] as const)('derivative of a product of two activations by %s', async (op, attributes) => {
    const x = numbers([2, 3, 3], 1);
    const graph = graphOf(x.dims, [node(op, ['x', 'x'], ['y'], attributes)]);
    const arriving = numbers([2, 3, 3], 6);
    const derivative = await carried(graph, 'derivative', x, arriving);
    expectClose(derivative, await centralDifferences(graph, x, arriving, 0.02), 1e-3);
  });

  test.each([
    { op: 'Conv', nodes: [node('Conv', ['x', 'w', 'b'], ['y'])], w: [3, 2, 2, 2], b: [3], x: [1, 2, 4, 4] },
    {
      op: 'ConvTranspose',
      nodes: [node('ConvTranspose', ['x', 'w', 'b'], ['y'])],
      w: [2, 3, 2, 2],
      b: [3],
      x: [1, 2, 3, 3],
    },
    {
      op: 'Gemm',
      nodes: [node('Gemm', ['x', 'w', 'b'], ['y'], { beta: { type: 'float', value: 0.5 } })],
      w: [4, 3],
      b: [3],
      x: [2, 4],
    },
  ])('the γ rule divides by what $op really gives, its bias included', async ({ nodes, ...dims }) => {
    const x = numbers(dims.x, 3);
    const [w, b] = [constant(numbers(dims.w, 4)), numbers(dims.b, 5)];
    const graph = graphOf(x.dims, nodes, { w, b: constant(b) });
    const unbiased = graphOf(x.dims, nodes, { w, b: constant(values(b.dims, [0, 0, 0])) });
    const arriving = numbers(await outputDims(graph, x), 6);
    const [y = []] = await forward(graph, [x]);
    const expected = gammaRule(await matrixOf(unbiased, x), x, y, arriving);
    expectClose(await carried(graph, 'relevance', x, arriving, 'gamma'), expected, 1e-4);
  });

  test('the negative half is left out where x is rectified, with the same result', async () => {
    const x = numbers([1, 3, 4, 4], 7, 0, 1);
    const w = numbers([2, 3, 3, 3], 8);
    const plain = graphOf(x.dims, [node('Conv', ['x', 'w'], ['y'])], { w: constant(w) });
    const arriving = numbers([1, 2, 2, 2], 9);
    const expected = zPlusRule(await matrixOf(plain, x), x, arriving);
    expectClose(await carried(plain, 'relevance', x, arriving), expected, 1e-4);
  });

  test('an output that nothing feeds loses its relevance instead of dividing by zero', async () => {
    const x = values([1, 2], [0, 0]);
    const graph = graphOf(x.dims, [node('Gemm', ['x', 'w'], ['y'])], { w: constant(numbers([2, 3], 1)) });
    const { data } = await carried(graph, 'relevance', x, values([1, 3], [1, 2, 3]));
    expect(data).toEqual([0, 0]);
  });
});
