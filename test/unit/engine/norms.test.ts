// Norms as exporters write them out, against the operators that they are.
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { joinNorms } from '../../../src/engine/prepare/canonise/joinNorms.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';
import { expectClose } from './rules/check.js';

const KEEP: Attributes = { keepdims: { type: 'int', value: 1 } };
const DIMS = [1, 3, 4];
const X = numbers(DIMS, 2, -2, 3);

const mean = (of: string, to: string): Node => node('ReduceMean', [of, 'axes'], [to], KEEP);
const deviation = (variance: string): readonly Node[] => [
  node('Add', [variance, 'epsilon'], ['ve']),
  node('Sqrt', ['ve'], ['sd']),
];
const centre = [mean('x', 'mu'), node('Sub', ['x', 'mu'], ['d'])];
const varianceOfDifferences = [...centre, node('Mul', ['d', 'd'], ['dd']), mean('dd', 'v')];
const differenceOfSquares = [
  mean('x', 'mu'),
  node('Mul', ['x', 'x'], ['xx']),
  mean('xx', 'ms'),
  node('Mul', ['mu', 'mu'], ['mm']),
  node('Sub', ['ms', 'mm'], ['v']),
];

const SPELLINGS: Readonly<Record<string, readonly Node[]>> = {
  'PyTorch: (x − μ) / σ, γ, β': [
    ...centre,
    node('Pow', ['d', 'two'], ['dd']),
    mean('dd', 'v'),
    ...deviation('v'),
    node('Div', ['d', 'sd'], ['n']),
    node('Mul', ['n', 'gamma'], ['g']),
    node('Add', ['g', 'beta'], ['y']),
  ],
  'by a reciprocal': [
    ...varianceOfDifferences,
    ...deviation('v'),
    node('Reciprocal', ['sd'], ['r']),
    node('Mul', ['r', 'd'], ['n']),
    node('Mul', ['n', 'gamma'], ['g']),
    node('Add', ['g', 'beta'], ['y']),
  ],
  'by a power of −½': [
    ...varianceOfDifferences,
    node('Add', ['epsilon', 'v'], ['ve']),
    node('Pow', ['ve', 'minusHalf'], ['r']),
    node('Mul', ['d', 'r'], ['n']),
    node('Mul', ['n', 'gamma'], ['g']),
    node('Add', ['g', 'beta'], ['y']),
  ],
  'Keras 2: x · (σ⁻¹ γ) + (β − μ · (σ⁻¹ γ))': [
    ...varianceOfDifferences,
    ...deviation('v'),
    node('Reciprocal', ['sd'], ['r']),
    node('Mul', ['r', 'gamma'], ['s']),
    node('Mul', ['x', 's'], ['xs']),
    node('Mul', ['mu', 's'], ['ms']),
    node('Sub', ['beta', 'ms'], ['o']),
    node('Add', ['xs', 'o'], ['y']),
  ],
  'Keras 3 through PyTorch: x · s + (−μ · s + β)': [
    ...varianceOfDifferences,
    ...deviation('v'),
    node('Reciprocal', ['sd'], ['r']),
    node('Mul', ['r', 'gamma'], ['s']),
    node('Neg', ['mu'], ['minus']),
    node('Mul', ['minus', 's'], ['ms']),
    node('Add', ['ms', 'beta'], ['o']),
    node('Mul', ['x', 's'], ['xs']),
    node('Add', ['xs', 'o'], ['y']),
  ],
  'as ONNX Runtime brings σ⁻¹ · γ together: x · (γ / σ) + (−μ · (γ / σ) + β)': [
    ...varianceOfDifferences,
    ...deviation('v'),
    node('Div', ['gamma', 'sd'], ['s']),
    node('Neg', ['mu'], ['minus']),
    node('Mul', ['minus', 's'], ['ms']),
    node('Add', ['ms', 'beta'], ['o']),
    node('Mul', ['x', 's'], ['xs']),
    node('Add', ['xs', 'o'], ['y']),
  ],
  'Keras 3: with mean(x²) − μ²': [
    ...differenceOfSquares.map((each) => (each.outputs[0] === 'ms' ? { ...each, outputs: ['sq'] } : each)),
    ...deviation('v'),
    node('Div', ['one', 'sd'], ['r']),
    node('Mul', ['r', 'gamma'], ['s']),
    node('Mul', ['x', 's'], ['xs']),
    node('Mul', ['mu', 's'], ['shifted']),
    node('Sub', ['beta', 'shifted'], ['o']),
    node('Add', ['o', 'xs'], ['y']),
  ].map((each) => ({ ...each, inputs: each.inputs.map((name) => (name === 'ms' ? 'sq' : name)) })),
};

const constants = (axes: readonly number[]): Readonly<Record<string, Tensor>> => ({
  axes: int64Tensor(axes),
  epsilon: floatTensor([1e-3], []),
  one: floatTensor([1], []),
  two: floatTensor([2], []),
  minusHalf: floatTensor([-0.5], []),
  gamma: constant(numbers([4], 5, 0.5, 2)),
  beta: constant(numbers([4], 6)),
});

async function joined(nodes: readonly Node[], axes: readonly number[]): Promise<[Graph, Graph]> {
  const graph = graphOf(DIMS, nodes, constants(axes));
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  return [graph, joinNorms({ graph, image: 'x', shapes }).graph];
}

const operators = ({ nodes }: Graph): string => nodes.map(({ op }) => op).join(' ');

describe.each(Object.entries(SPELLINGS))('%s', (_, nodes) => {
  test.each([[[-1]], [[1]], [[1, 2]]])('over the axes %j', async (axes) => {
    const [written, graph] = await joined(nodes, axes);
    expect(operators(graph)).toMatch(/^(Transpose )?LayerNormalization( Transpose)? Mul Add$/);
    const [y, expected] = [(await run(graph, { x: X })).get('y'), (await run(written, { x: X })).get('y')];
    if (y === undefined || expected === undefined) throw new Error('no output');
    expectClose(y, expected, 1e-5);
  });
});

test.each([
  [
    'x · (mean(x²) + ε)^−½',
    [node('Pow', ['x', 'two'], ['xx']), mean('xx', 'v'), ...deviation('v'), node('Div', ['x', 'sd'], ['n'])],
  ],
  [
    'x / √(mean(x²) + ε)',
    [
      node('Mul', ['x', 'x'], ['xx']),
      mean('xx', 'v'),
      ...deviation('v'),
      node('Reciprocal', ['sd'], ['r']),
      node('Mul', ['x', 'r'], ['n']),
    ],
  ],
])('root mean square: %s', async (_, before) => {
  const [written, graph] = await joined([...before, node('Mul', ['n', 'gamma'], ['y'])], [-1]);
  expect(operators(graph)).toBe('SimplifiedLayerNormalization Mul');
  const [y, expected] = [(await run(graph, { x: X })).get('y'), (await run(written, { x: X })).get('y')];
  if (y === undefined || expected === undefined) throw new Error('no output');
  expectClose(y, expected, 1e-5);
});

test('two norms of one tensor are two', async () => {
  const norm = (suffix: string): readonly Node[] =>
    (SPELLINGS['by a reciprocal'] ?? []).map((each) => ({
      ...each,
      name: `${each.name}${suffix}`,
      inputs: each.inputs.map((name) => (name === 'x' || name in constants([]) ? name : `${name}${suffix}`)),
      outputs: each.outputs.map((name) => `${name}${suffix}`),
    }));
  const [, graph] = await joined([...norm('1'), ...norm('2'), node('Add', ['y1', 'y2'], ['y'])], [-1]);
  expect(operators(graph)).toBe('LayerNormalization Mul Add LayerNormalization Mul Add Add');
});

test.each<[string, readonly Node[]]>([
  ['the mean of another tensor', [mean('t', 'other'), node('Sub', ['x', 'other'], ['e'])]],
  ['the variance of another tensor', [node('Identity', ['t'], ['e'])]],
])('%s makes no norm', async (_, numerator) => {
  const nodes = [
    node('Tanh', ['x'], ['t']),
    ...varianceOfDifferences,
    ...deviation('v'),
    ...numerator,
    node('Div', ['e', 'sd'], ['y']),
  ];
  const [written, graph] = await joined(nodes, [-1]);
  expect(graph.nodes).toHaveLength(written.nodes.length);
});
