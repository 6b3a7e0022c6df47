// What is a gate: the operand of a product that comes out of a bounded function (README.md, Mul).
import { describe, expect, test } from 'vitest';

import { GraphBuilder } from '../../../../src/engine/onnx/builder.js';
import type { Node } from '../../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor } from '../../../../src/engine/onnx/tensor.js';
import { analysed, graphOf, node } from '../graphs.js';

const DIMS = [1, 4, 2, 2];
const CONSTANTS = {
  zero: floatTensor([0], []),
  one: floatTensor([1], []),
  three: floatTensor([3], []),
  six: floatTensor([6], []),
  sixth: floatTensor([1 / 6], []),
  sixes: floatTensor([6, 6, 6, 6], [4, 1, 1]),
  shape: int64Tensor([1, 4, 4, 1]),
  same: int64Tensor(DIMS),
  order: int64Tensor([1, 0, 3, 2]),
  scales: floatTensor([1, 1, 1, 1], [4]),
};

/** The product of x and a tensor `g` that these nodes make of x, and what follows it. */
async function isGate(before: readonly Node[], behind: readonly Node[] = []): Promise<boolean> {
  const product = node('Mul', ['s', 'g'], ['p']);
  const graph = graphOf(DIMS, [node('Exp', ['x'], ['s']), ...before, product, ...behind], CONSTANTS);
  const analysis = await analysed(graph);
  const { isGate: asked } = analysis.context(product, new GraphBuilder('test/'));
  expect(asked('s', product)).toBe(false);
  return asked('g', product);
}

const clipped = (high: string, to = 'g'): Node => node('Clip', ['x', 'zero', high], [to]);
const softmax = { axis: { type: 'int', value: 1 } } as const;

describe('a gate', () => {
  test.each<[string, readonly Node[]]>([
    ...['Sigmoid', 'HardSigmoid', 'Tanh', 'Erf'].map((op): [string, readonly Node[]] => [
      op,
      [node(op, ['x'], ['g'])],
    ]),
    ['Softmax', [node('Softmax', ['x'], ['g'], softmax)]],
    ['Clip to [0, 1]', [clipped('one')]],
    ['Clip to [0, 6] divided by 6', [clipped('six', 'c'), node('Div', ['c', 'six'], ['g'])]],
    ['Clip to [0, 6] times 1/6', [clipped('six', 'c'), node('Mul', ['sixth', 'c'], ['g'])]],
    [
      'Clip to [0, 6] divided by a 6 for each channel',
      [clipped('six', 'c'), node('Div', ['c', 'sixes'], ['g'])],
    ],
    [
      'Clip to [0, 6], moved before it is divided by 6',
      [
        clipped('six', 'c'),
        node('Gather', ['c', 'order'], ['m'], { axis: { type: 'int', value: 1 } }),
        node('Div', ['m', 'six'], ['g']),
      ],
    ],
    [
      'a sigmoid behind arithmetic and movement',
      [
        node('Sigmoid', ['x'], ['a']),
        node('Add', ['a', 'one'], ['b']),
        node('Gather', ['b', 'order'], ['c'], { axis: { type: 'int', value: 1 } }),
        node('Resize', ['c', '', 'scales'], ['d'], { mode: { type: 'string', value: 'nearest' } }),
        node('Expand', ['d', 'same'], ['g']),
      ],
    ],
  ])('%s', async (_, nodes) => {
    expect(await isGate(nodes)).toBe(true);
  });

  test('Clip to [0, 6] of which the product is divided by 6', async () => {
    expect(await isGate([clipped('six')], [node('Div', ['p', 'six'], ['y'])])).toBe(true);
  });
});

describe('a signal', () => {
  test.each<[string, readonly Node[]]>([
    ['a bare Relu6', [clipped('six')]],
    ['Clip to [0, 3]', [clipped('three')]],
    ['Relu', [node('Relu', ['x'], ['g'])]],
    ['6 divided by a Clip to [0, 6]', [clipped('six', 'c'), node('Div', ['six', 'c'], ['g'])]],
    ['a sigmoid joined with an activation', [node('Sigmoid', ['x'], ['a']), node('Add', ['a', 'x'], ['g'])]],
    ['a Softplus of a sigmoid', [node('Sigmoid', ['x'], ['a']), node('Softplus', ['a'], ['g'])]],
  ])('%s', async (_, nodes) => {
    expect(await isGate(nodes)).toBe(false);
  });

  test('Clip to [0, 6] of which the product is divided by 3', async () => {
    expect(await isGate([clipped('six')], [node('Div', ['p', 'three'], ['y'])])).toBe(false);
  });
});
