import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../../src/engine/onnx/builder.js';
import type { Node } from '../../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../../src/engine/onnx/tensor.js';
import { analysed, constant, graphOf, node, numbers } from '../graphs.js';

const DIMS = [1, 4, 4];
const WEIGHTS: Readonly<Record<string, Tensor>> = {
  w: constant(numbers([4, 4], 1)),
  b: constant(numbers([4], 2)),
  matrix: constant(numbers([4, 4], 3)),
  zero: floatTensor([0], []),
  six: floatTensor([6], []),
  shape: int64Tensor(DIMS),
  scale: constant(numbers([4], 4, 0.5, 1)),
  shift: constant(numbers([4], 5)),
};
const linear = (from: string, to: string): Node => node('MatMul', [from, 'w'], [to]);
const TURN: Attributes = { perm: { type: 'ints', value: [0, 2, 1] } };

/** How relevance passes what computes `y`, in a graph that goes on to a classifier. */
async function readingOf(nodes: readonly Node[], last = 'end'): Promise<string | null> {
  const graph = graphOf(DIMS, [...nodes, linear(last, 'logits')], WEIGHTS);
  return (await analysed(graph)).reading('y');
}

describe('condition N: activations certain to be ≥ 0', () => {
  test.each([
    ['Relu', [node('Relu', ['x'], ['h'])]],
    ['Sigmoid', [node('Sigmoid', ['x'], ['h'])]],
    ['Softmax', [node('Softmax', ['x'], ['h'])]],
    ['Clip from 0', [node('Tanh', ['x'], ['t']), node('Clip', ['t', 'zero', 'six'], ['h'])]],
    ['movement of a Relu', [node('Relu', ['x'], ['r']), node('Transpose', ['r'], ['h'], TURN)]],
    ['x²', [node('Mul', ['x', 'x'], ['h'])]],
    [
      'a gated Relu',
      [node('Relu', ['x'], ['r']), node('Sigmoid', ['x'], ['g']), node('Mul', ['r', 'g'], ['h'])],
    ],
    [
      'a product of two such',
      [node('Relu', ['x'], ['r']), node('Sigmoid', ['x'], ['g']), node('MatMul', ['r', 'g'], ['h'])],
    ],
  ])('%s', async (_, before) => {
    expect(await readingOf([...before, linear('h', 'y'), node('Tanh', ['y'], ['end'])])).toBe('positive');
  });

  test.each([
    ['Gelu-like activations', [node('Tanh', ['x'], ['h'])]],
    ['a Relu plus something of either sign', [node('Relu', ['x'], ['r']), node('Add', ['r', 'x'], ['h'])]],
    ['a Relu times something of either sign', [node('Relu', ['x'], ['r']), node('Mul', ['r', 'x'], ['h'])]],
  ])('not %s', async (_, before) => {
    expect(await readingOf([...before, linear('h', 'y'), node('Tanh', ['y'], ['end'])])).toBe('gamma');
  });
});

describe('condition P: all that becomes of a tensor is rectified', () => {
  const before = [node('Tanh', ['x'], ['h'])];

  test.each([
    ['Relu', [node('Relu', ['y'], ['end'])]],
    ['Clip from 0', [node('Clip', ['y', 'zero', 'six'], ['end'])]],
    ['a bias, then Relu', [node('Add', ['y', 'b'], ['t']), node('Relu', ['t'], ['end'])]],
    ['movement, then Relu', [node('Transpose', ['y'], ['t'], TURN), node('Relu', ['t'], ['end'])]],
    ['two Relus', [node('Relu', ['y'], ['r']), node('Relu', ['y'], ['s']), node('Add', ['r', 's'], ['end'])]],
    ['a sum that only Relu reads', [node('Add', ['y', 'x'], ['s']), node('Relu', ['s'], ['end'])]],
  ])('by %s', async (_, after) => {
    expect(await readingOf([...before, linear('h', 'y'), ...after])).toBe('positive');
  });

  test.each([
    ['Relu and something else', [node('Relu', ['y'], ['r']), node('Add', ['y', 'r'], ['end'])]],
    ['Tanh', [node('Tanh', ['y'], ['end'])]],
    [
      'a sum that others read too',
      [node('Add', ['y', 'x'], ['s']), node('Relu', ['s'], ['r']), node('Add', ['s', 'r'], ['end'])],
    ],
  ])('not by %s', async (_, after) => {
    expect(await readingOf([...before, linear('h', 'y'), ...after])).toBe('gamma');
  });
});

test.each([
  ['the image', []],
  [
    'the image, normalised and turned',
    [node('Sub', ['x', 'b'], ['n']), node('Transpose', ['n'], ['h'], TURN)],
  ],
])('the first operator, on %s, knows the bounds of what enters it', async (_, before) => {
  const first = before.length === 0 ? 'x' : 'h';
  expect(await readingOf([...before, linear(first, 'y'), node('Relu', ['y'], ['end'])])).toBe('bounds');
});

test('the last linear operator before the logits is positive, whatever enters it', async () => {
  const graph = graphOf(DIMS, [node('Tanh', ['x'], ['h']), linear('h', 'y')], WEIGHTS);
  expect((await analysed(graph)).reading('y')).toBe('positive');
});

test('a sum is positive where only Relus read it, an average only of what is ≥ 0', async () => {
  const sum = (readers: readonly Node[]): Promise<string | null> =>
    readingOf([node('Tanh', ['x'], ['h']), node('Add', ['x', 'h'], ['y']), ...readers]);
  expect(await sum([node('Relu', ['y'], ['end'])])).toBe('positive');
  expect(await sum([node('Tanh', ['y'], ['end'])])).toBe('gamma');
  const mean = (of: string): Promise<string | null> =>
    readingOf([
      node(of, ['x'], ['h']),
      node('ReduceMean', ['h'], ['y']),
      node('Expand', ['y', 'shape'], ['end']),
    ]);
  expect(await mean('Relu')).toBe('positive');
  expect(await mean('Tanh')).toBe('gamma');
});

describe('operators on tokens', () => {
  /** A transformer's block: attention and an MLP, each behind a norm and added to what entered. */
  const block: readonly Node[] = [
    node('LayerNormalization', ['tokens', 'scale', 'shift'], ['n1']),
    node('MatMul', ['n1', 'matrix'], ['keys']),
    node('Transpose', ['keys'], ['turned'], TURN),
    node('MatMul', ['n1', 'turned'], ['scores']),
    node('Softmax', ['scores'], ['p']),
    linear('n1', 'values'),
    node('MatMul', ['p', 'values'], ['attended']),
    linear('attended', 'projected'),
    node('Add', ['tokens', 'projected'], ['s1']),
    node('LayerNormalization', ['s1', 'scale', 'shift'], ['n2']),
    linear('n2', 'up'),
    node('Erf', ['up'], ['gate']),
    node('Mul', ['up', 'gate'], ['act']),
    linear('act', 'down'),
    node('Add', ['s1', 'down'], ['s2']),
    node('LayerNormalization', ['s2', 'scale', 'shift'], ['end']),
  ];
  const tokensOf = async (nodes: readonly Node[], withClassifier = false): Promise<readonly string[]> => {
    const analysis = await analysed(graphOf(DIMS, [...nodes, linear('end', 'logits')], WEIGHTS));
    const found = [...analysis.tokenOperators(withClassifier)].map(({ outputs }) => outputs[0] ?? '');
    return found.filter((name) => !TAKING_NOTHING.has(name)).sort();
  };
  /** Queries and keys: nothing is carried to them. */
  const TAKING_NOTHING = new Set(['keys', 'turned', 'scores', 'p', 'gate']);
  const onTokens = ['values', 'attended', 'projected', 's1', 'n1', 'n2', 'up', 'act', 'down', 's2', 'end'];

  test('are those of attention, its norms, its MLP and the sums, not what makes the tokens nor the classifier', async () => {
    const stem = [linear('x', 'patches'), node('Add', ['patches', 'b'], ['biased'])];
    const position = node('Add', ['biased', 'matrix'], ['tokens']);
    expect(await tokensOf([...stem, position, ...block])).toEqual([...onTokens, 'tokens'].sort());
    const withClassifier = await tokensOf([...stem, position, ...block], true);
    expect(withClassifier).toEqual([...onTokens, 'tokens', 'logits'].sort());
  });

  test('there are none without attention', async () => {
    const noSoftmax = block.map((each) => (each.op === 'Softmax' ? { ...each, op: 'Relu' } : each));
    expect(await tokensOf([node('Identity', ['x'], ['tokens']), ...noSoftmax])).toEqual([]);
  });
});
