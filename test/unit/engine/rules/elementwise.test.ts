import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../../src/engine/onnx/builder.js';
import { floatTensor, floatValues, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { analysed, graphOf, node, numbers, values } from '../graphs.js';
import { carried, centralDifferences, expectClose, forward } from './check.js';

/** Away from the kinks of the functions below, where central differences have no meaning. */
const X = values([1, 2, 2, 3], [-3.1, -1.2, -0.4, 0.3, 0.7, 1.4, 2.2, 5.1, 6.9, -2.6, -0.9, 0.15]);
const ARRIVING = numbers(X.dims, 11);

interface Case {
  readonly op: string;
  readonly opset?: number;
  readonly attributes?: Attributes;
  readonly constants?: Readonly<Record<string, Tensor>>;
}

const CASES: readonly Case[] = [
  { op: 'Relu' },
  { op: 'LeakyRelu', attributes: { alpha: { type: 'float', value: 0.2 } } },
  { op: 'PRelu', constants: { slope: floatTensor([0.1, 0.4], [2, 1, 1]) } },
  { op: 'Clip', constants: { low: floatTensor([0], []), high: floatTensor([6], []) } },
  { op: 'Sigmoid' },
  { op: 'HardSigmoid', attributes: { alpha: { type: 'float', value: 0.25 } } },
  { op: 'Tanh' },
  {
    op: 'BatchNormalization',
    constants: {
      gamma: floatTensor([1.5, -0.5], [2]),
      beta: floatTensor([0.1, 0.2], [2]),
      mean: floatTensor([0.3, -0.3], [2]),
      variance: floatTensor([2, 0.5], [2]),
    },
  },
  { op: 'Elu', attributes: { alpha: { type: 'float', value: 0.7 } } },
  { op: 'Selu' },
  { op: 'Celu', attributes: { alpha: { type: 'float', value: 1.3 } } },
  { op: 'HardSwish' },
  { op: 'Mish' },
  { op: 'Swish', opset: 24, attributes: { alpha: { type: 'float', value: 1.5 } } },
  { op: 'Softplus' },
  { op: 'Softsign' },
  { op: 'Erf' },
  { op: 'ThresholdedRelu', attributes: { alpha: { type: 'float', value: 0.5 } } },
  { op: 'Neg' },
  { op: 'Gelu', opset: 20 },
  { op: 'Gelu', opset: 20, attributes: { approximate: { type: 'string', value: 'tanh' } } },
  {
    op: 'LayerNormalization',
    attributes: { axis: { type: 'int', value: -1 } },
    constants: { gamma: floatTensor([1.5, -0.5, 2], [3]), beta: floatTensor([0.1, 0.2, 0.3], [3]) },
  },
  {
    op: 'RMSNormalization',
    opset: 23,
    attributes: { axis: { type: 'int', value: 2 } },
    constants: { gamma: floatTensor([1.5, -0.5, 2, 1, 3, -1], [2, 3]) },
  },
  {
    op: 'InstanceNormalization',
    constants: { gamma: floatTensor([1.5, -0.5], [2]), beta: floatTensor([0.1, 0.2], [2]) },
  },
  {
    op: 'GroupNormalization',
    opset: 21,
    attributes: { num_groups: { type: 'int', value: 1 } },
    constants: { gamma: floatTensor([1.5, -0.5], [2]), beta: floatTensor([0.1, 0.2], [2]) },
  },
  {
    op: 'GroupNormalization',
    attributes: { num_groups: { type: 'int', value: 1 } },
    constants: { gamma: floatTensor([1.5], [1]), beta: floatTensor([0.1], [1]) },
  },
  { op: 'Identity' },
  { op: 'Dropout' },
];

describe('operators that pass relevance on unchanged', () => {
  test.each(CASES.filter(({ op }) => !op.endsWith('Normalization')))(
    '$op on tokens: m f(x)/x',
    async (each) => {
      const { op, opset = 18, attributes = {}, constants = {} } = each;
      const nodes = [node(op, ['x', ...Object.keys(constants)], ['y'], attributes)];
      const graph = graphOf(X.dims, nodes, constants, opset);
      const [y = []] = await forward(graph, [X]);
      const expected = values(
        X.dims,
        X.data.map((x, index) => ((y[index] ?? NaN) / x) * (ARRIVING.data[index] ?? NaN)),
      );
      expectClose(await carried(graph, 'relevance', X, ARRIVING, 'tokens'), expected, 1e-5);
    },
  );

  test.each(['Softplus', 'Gelu', 'Tanh', 'Relu'])('%s on tokens at 0: its slope', async (op) => {
    const x = values([1, 2], [0, 0]);
    const graph = graphOf(x.dims, [node(op, ['x'], ['y'])], {}, 20);
    const slopes: Readonly<Record<string, number>> = { Softplus: 0.5, Gelu: 0.5, Tanh: 1, Relu: 0 };
    const m = await carried(graph, 'relevance', x, values([1, 2], [1, 2]), 'tokens');
    expectClose(m, values([1, 2], [slopes[op] ?? NaN, 2 * (slopes[op] ?? NaN)]), 1e-6);
  });

  /** With σ held constant a norm is linear: what it does to the change of x along any direction. */
  test.each(CASES.filter(({ op }) => op.endsWith('Normalization') && op !== 'BatchNormalization'))(
    '$op on tokens: σ is a constant',
    async (each) => {
      const { op, opset = 18, attributes = {}, constants = {} } = each;
      const nodes = [node(op, ['x', ...Object.keys(constants)], ['y'], attributes)];
      const graph = graphOf(X.dims, nodes, constants, opset);
      const beta = constants['beta'] === undefined ? [] : Array.from(floatValues(constants['beta']) ?? []);
      const m = await carried(graph, 'relevance', X, ARRIVING, 'tokens');
      const [y = []] = await forward(graph, [X]);
      // Σ x ⊙ m_x = Σ (y − β) ⊙ m_y for what is linear in x but for an offset.
      const offset = (index: number): number =>
        beta.length === 0 || op === 'RMSNormalization'
          ? 0
          : op === 'LayerNormalization'
            ? (beta[index % 3] ?? 0)
            : (beta[Math.min(Math.floor(index / 6), beta.length - 1)] ?? 0);
      const inner = X.data.reduce((sum, x, index) => sum + x * (m.data[index] ?? NaN), 0);
      const outer = y.reduce(
        (sum, value, index) => sum + (value - offset(index)) * (ARRIVING.data[index] ?? NaN),
        0,
      );
      expect(Math.abs(inner - outer)).toBeLessThan(1e-4);
    },
  );

  test.each(CASES)('$op', async ({ op, opset = 18, attributes = {}, constants = {} }) => {
    const graph = graphOf(
      X.dims,
      [node(op, ['x', ...Object.keys(constants)], ['y'], attributes)],
      constants,
      opset,
    );
    expect((await carried(graph, 'relevance', X, ARRIVING)).data).toEqual(
      Array.from(Float32Array.from(ARRIVING.data)),
    );
    const derivative = await carried(graph, 'derivative', X, ARRIVING);
    expectClose(derivative, await centralDifferences(graph, X, ARRIVING, 0.01), 2e-3);
  });

  test.each([1, 3, 5])('LRN over %d channels', async (size) => {
    const x = numbers([1, 5, 2, 2], 3, -2, 2);
    const arriving = numbers(x.dims, 4);
    const graph = graphOf(x.dims, [
      node('LRN', ['x'], ['y'], {
        size: { type: 'int', value: size },
        alpha: { type: 'float', value: 0.3 },
        beta: { type: 'float', value: 0.75 },
        bias: { type: 'float', value: 1.5 },
      }),
    ]);
    expect((await carried(graph, 'relevance', x, arriving)).data).toEqual(
      Array.from(Float32Array.from(arriving.data)),
    );
    const derivative = await carried(graph, 'derivative', x, arriving);
    expectClose(derivative, await centralDifferences(graph, x, arriving, 0.01), 2e-3);
  });

  test.each(['Exp', 'Sqrt', 'Log', 'Reciprocal', 'Abs', 'Pow'])('%s of positive values', async (op) => {
    const x = numbers([1, 2, 2, 3], 8, 0.5, 3);
    const constants: Record<string, Tensor> = op === 'Pow' ? { exponent: floatTensor([2.5], []) } : {};
    const graph = graphOf(x.dims, [node(op, ['x', ...Object.keys(constants)], ['y'])], constants);
    const derivative = await carried(graph, 'derivative', x, ARRIVING);
    expectClose(derivative, await centralDifferences(graph, x, ARRIVING, 0.01), 2e-3);
    expectClose(await carried(graph, 'relevance', x, ARRIVING), ARRIVING, 1e-6);
  });

  test.each(['Sign', 'Round', 'Floor', 'Ceil'])('%s: what arrives goes straight through', async (op) => {
    const graph = graphOf(X.dims, [node(op, ['x'], ['y'])]);
    for (const pass of ['relevance', 'derivative'] as const)
      expectClose(await carried(graph, pass, X, ARRIVING), ARRIVING, 1e-6);
    expect((await analysed(graph)).reading('y')).toBe('straight');
  });

  test.each(['Softmax', 'LogSoftmax'])('derivative of %s', async (op) => {
    const x = numbers([2, 3, 4], 6, -2, 2);
    const arriving = numbers(x.dims, 7);
    for (const axis of [-1, 1]) {
      const graph = graphOf(x.dims, [node(op, ['x'], ['y'], { axis: { type: 'int', value: axis } })]);
      const derivative = await carried(graph, 'derivative', x, arriving);
      expectClose(derivative, await centralDifferences(graph, x, arriving, 0.01), 2e-3);
    }
  });
});
