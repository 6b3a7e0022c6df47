import { describe, test } from 'vitest';

import { floatTensor, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { graphOf, node, numbers, values, type Values } from '../graphs.js';
import { carried, centralDifferences, expectClose } from './check.js';

const X = values([1, 2, 1, 3], [-1.5, -0.5, 0.4, 0.8, 1.6, -2.2]);
const R = numbers(X.dims, 3);
/** A second activation: a constant times x, so that both depend on the image. */
const FACTORS: Tensor = floatTensor([2, -1, 0.5, -3, 1.5, -0.25], X.dims);
const second = node('Mul', ['x', 'factors'], ['b']);
const b = X.data.map((value, index) => value * ([2, -1, 0.5, -3, 1.5, -0.25][index] ?? 0));

const map = (f: (a: number, b: number, r: number) => number): Values =>
  values(
    X.dims,
    X.data.map((a, index) => f(a, b[index] ?? 0, R.data[index] ?? 0)),
  );

describe('sums', () => {
  /** What x takes of y = a + b by the γ rule, entering as `a`. */
  const share = (a: number, other: number): number => {
    const y = a + other;
    const alike = (value: number): number => (y >= 0 ? Math.max(value, 0) : Math.min(value, 0));
    return (a + 0.25 * alike(a)) / (y + 0.25 * (alike(a) + alike(other)));
  };

  test('of two activations of either sign: by the γ rule', async () => {
    const graph = graphOf(X.dims, [second, node('Add', ['x', 'b'], ['y'])], { factors: FACTORS });
    const expected = map((a, other, r) => share(a, other) * r);
    expectClose(await carried(graph, 'relevance', X, R), expected, 1e-5);
  });

  test('a subtracted activation enters as its negative', async () => {
    const graph = graphOf(X.dims, [second, node('Sub', ['b', 'x'], ['y'])], { factors: FACTORS });
    const expected = map((a, other, r) => share(-a, other) * r);
    expectClose(await carried(graph, 'relevance', X, R), expected, 1e-5);
  });

  test('a constant in a sum is part of the result, and takes nothing', async () => {
    const constants = { factors: FACTORS, c: floatTensor([0.3, 0.2, -0.7, 0.4, -0.2, 0.6], X.dims) };
    const graph = graphOf(X.dims, [second, node('Sum', ['x', 'c', 'b'], ['y'])], constants);
    const offsets = [0.3, 0.2, -0.7, 0.4, -0.2, 0.6];
    const expected = values(
      X.dims,
      X.data.map((a, index) => {
        const [other, y] = [b[index] ?? 0, a + (b[index] ?? 0) + (offsets[index] ?? 0)];
        const alike = (value: number): number => (y >= 0 ? Math.max(value, 0) : Math.min(value, 0));
        const divisor = y + 0.25 * (alike(a) + alike(other));
        return ((a + 0.25 * alike(a)) / divisor) * (R.data[index] ?? 0);
      }),
    );
    expectClose(await carried(graph, 'relevance', X, R), expected, 1e-5);
  });

  test('of rectified activations: in proportion', async () => {
    const x = values(X.dims, X.data.map(Math.abs));
    const factors = numbers(X.dims, 8, 0, 2);
    const constants = { factors: floatTensor(factors.data, X.dims) };
    const graph = graphOf(X.dims, [second, node('Add', ['x', 'b'], ['y'])], constants);
    const expected = R.data.map((r, index) => r / (1 + (factors.data[index] ?? NaN)));
    const found = await carried(graph, 'relevance', x, R, 'positive');
    expectClose(found, values(X.dims, expected), 1e-5);
  });

  test('with a constant: the activation takes all', async () => {
    for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
      const graph = graphOf(X.dims, [node(op, ['x', 'factors'], ['y'])], { factors: FACTORS });
      expectClose(await carried(graph, 'relevance', X, R), R, 1e-6);
      const derivative = await carried(graph, 'derivative', X, R);
      expectClose(derivative, await centralDifferences(graph, X, R, 0.05), 1e-3);
    }
  });

  test('a broadcast activation takes what its copies take together', async () => {
    const x = values([1, 2, 1, 1], [0.7, 1.2]);
    const arriving = numbers([1, 2, 2, 3], 4);
    const constants = { c: floatTensor(numbers([1, 2, 2, 3], 5).data, [1, 2, 2, 3]) };
    const graph = graphOf(x.dims, [node('Add', ['x', 'c'], ['y'])], constants);
    const sum = (from: number): number =>
      arriving.data.slice(from, from + 6).reduce((total, value) => total + value, 0);
    expectClose(await carried(graph, 'relevance', x, arriving), values(x.dims, [sum(0), sum(6)]), 1e-5);
    expectClose(await carried(graph, 'derivative', x, arriving), values(x.dims, [sum(0), sum(6)]), 1e-5);
  });

  test.each(['Add', 'Sum', 'Sub', 'Mul', 'Div'])('derivative of %s of two activations', async (op) => {
    const graph = graphOf(X.dims, [node('Sigmoid', ['x'], ['b']), node(op, ['x', 'b'], ['y'])]);
    const direct = graphOf(X.dims, [node(op, ['x', 'c'], ['y'])], {
      c: floatTensor(
        X.data.map((value) => 1 / (1 + Math.exp(-value))),
        X.dims,
      ),
    });
    expectClose(await carried(graph, 'derivative', X, R), await centralDifferences(direct, X, R, 0.02), 1e-3);
  });
});

describe('products of two activations', () => {
  test('a gate takes nothing, the signal all', async () => {
    const graph = graphOf(X.dims, [node('Sigmoid', ['x'], ['gate']), node('Mul', ['gate', 'x'], ['y'])]);
    expectClose(await carried(graph, 'relevance', X, R), R, 1e-6);
  });

  test('without a gate equal sizes share half and half', async () => {
    const graph = graphOf(X.dims, [second, node('Mul', ['x', 'b'], ['y'])], { factors: FACTORS });
    expectClose(
      await carried(graph, 'relevance', X, R),
      map((_, __, r) => r / 2),
      1e-6,
    );
  });

  test('on tokens a gate and a divisor are constants; without a gate each takes half', async () => {
    const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
    const gated = graphOf(X.dims, [node('Sigmoid', ['x'], ['gate']), node('Mul', ['gate', 'x'], ['y'])]);
    expectClose(
      await carried(gated, 'relevance', X, R, 'tokens'),
      map((a, _, r) => sigmoid(a) * r),
      1e-5,
    );
    const product = graphOf(X.dims, [second, node('Mul', ['x', 'b'], ['y'])], { factors: FACTORS });
    expectClose(
      await carried(product, 'relevance', X, R, 'tokens'),
      map((_, other, r) => (other / 2) * r),
      1e-5,
    );
    const quotient = graphOf(X.dims, [second, node('Div', ['x', 'b'], ['y'])], { factors: FACTORS });
    expectClose(
      await carried(quotient, 'relevance', X, R, 'tokens'),
      map((_, other, r) => r / other),
      1e-5,
    );
  });

  test('a divisor takes nothing, what it divides all', async () => {
    const graph = graphOf(X.dims, [node('ReduceSum', ['x'], ['sum']), node('Div', ['x', 'sum'], ['y'])]);
    expectClose(await carried(graph, 'relevance', X, R), R, 1e-6);
  });
});

describe('Max, Min and Where', () => {
  test('Where sends everything to the operand that was chosen, nothing to the condition', async () => {
    const nodes = [
      second,
      node('Greater', ['x', 'b'], ['condition']),
      node('Where', ['condition', 'x', 'b'], ['y']),
    ];
    const graph = graphOf(X.dims, nodes, { factors: FACTORS });
    const expected = map((a, other, r) => (a > other ? r : 0));
    expectClose(await carried(graph, 'relevance', X, R), expected, 1e-6);
    expectClose(await carried(graph, 'derivative', X, R), expected, 1e-6);
  });

  test.each([
    { op: 'Max', wins: (a: number, other: number) => a >= other },
    { op: 'Min', wins: (a: number, other: number) => a <= other },
  ])('$op of two activations sends everything to the one that won', async ({ op, wins }) => {
    const graph = graphOf(X.dims, [second, node(op, ['x', 'b'], ['y'])], { factors: FACTORS });
    const expected = map((a, other, r) => (wins(a, other) ? r : 0));
    expectClose(await carried(graph, 'relevance', X, R), expected, 1e-6);
  });

  test.each(['Max', 'Min'])('the limit of a %s takes nothing', async (op) => {
    const limits = { low: floatTensor([0.2], []), high: floatTensor([1], []) };
    const graph = graphOf(X.dims, [node(op, ['low', 'x', 'high'], ['y'])], limits);
    expectClose(await carried(graph, 'relevance', X, R), R, 1e-6);
    const derivative = await carried(graph, 'derivative', X, R);
    expectClose(derivative, await centralDifferences(graph, X, R, 0.02), 1e-3);
  });

  test('of an activation with itself it goes once', async () => {
    const graph = graphOf(X.dims, [node('Max', ['x', 'x'], ['y'])]);
    expectClose(await carried(graph, 'relevance', X, R), R, 1e-6);
  });
});
