import { describe, expect, test } from 'vitest';

import { int64Tensor } from '../../../../src/engine/onnx/tensor.js';
import { graphOf, node, numbers, values, type Values } from '../graphs.js';
import { carried, centralDifferences, expectClose } from './check.js';

/** Two rows of three values each, reduced along the columns. */
const DIMS = [1, 3, 2];
const X = values(DIMS, [-1.2, 0.7, 0.4, -0.3, 2.1, 1.5]);
const POSITIVE = values(DIMS, X.data.map(Math.abs));
const ARRIVING = numbers([1, 1, 2], 4);

const graphFor = (op: string, keepdims: number) =>
  graphOf(DIMS, [node(op, ['x', 'axes'], ['y'], { keepdims: { type: 'int', value: keepdims } })], {
    axes: int64Tensor([1]),
  });

/** R ⊙ t ⊘ Σ t along the columns. */
function inProportion(x: Values, term: (value: number) => number): Values {
  const terms = x.data.map(term);
  return values(
    DIMS,
    terms.map((t, index) => {
      const column = terms.filter((_, other) => other % 2 === index % 2);
      return (t / column.reduce((sum, value) => sum + value, 0)) * (ARRIVING.data[index % 2] ?? NaN);
    }),
  );
}

describe.each([
  { op: 'ReduceL1', x: X, term: Math.abs },
  { op: 'ReduceL2', x: X, term: (value: number) => value ** 2 },
  { op: 'ReduceSumSquare', x: X, term: (value: number) => value ** 2 },
  { op: 'ReduceLogSumExp', x: X, term: Math.exp },
])('$op', ({ op, x, term }) => {
  test.each([0, 1])('each takes by what it adds (keepdims %d)', async (keepdims) => {
    const graph = graphFor(op, keepdims);
    const arriving = values(keepdims === 1 ? [1, 1, 2] : [1, 2], ARRIVING.data);
    expectClose(await carried(graph, 'relevance', x, arriving), inProportion(x, term), 1e-5);
    const derivative = await carried(graph, 'derivative', x, arriving);
    expectClose(derivative, await centralDifferences(graph, x, arriving, 0.01), 2e-3);
  });
});

describe('ReduceLogSum', () => {
  const graph = graphFor('ReduceLogSum', 1);

  test('of values ≥ 0 takes as the sum does', async () => {
    const found = await carried(graph, 'relevance', POSITIVE, ARRIVING, 'positive');
    expectClose(
      found,
      inProportion(POSITIVE, (value) => value),
      1e-5,
    );
  });

  test('of values of either sign takes by the γ rule of the sum', async () => {
    const expected = inProportion(X, (value) => value + 0.25 * Math.max(value, 0));
    expectClose(await carried(graph, 'relevance', X, ARRIVING, 'gamma'), expected, 1e-5);
  });

  test('derivative', async () => {
    const derivative = await carried(graph, 'derivative', POSITIVE, ARRIVING);
    expectClose(derivative, await centralDifferences(graph, POSITIVE, ARRIVING, 0.01), 2e-3);
  });
});

test('ReduceMin: everything goes to the smallest, the first of equal ones', async () => {
  const x = values(DIMS, [0.4, 0.7, 0.4, -0.3, 2.1, 1.5]);
  const [left = NaN, right = NaN] = ARRIVING.data;
  const expected = values(DIMS, [left, 0, 0, right, 0, 0]);
  const graph = graphFor('ReduceMin', 1);
  for (const pass of ['relevance', 'derivative'] as const)
    expect((await carried(graph, pass, x, ARRIVING)).data).toEqual(
      Array.from(Float32Array.from(expected.data)),
    );
});
