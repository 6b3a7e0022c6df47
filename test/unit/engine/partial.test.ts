// A part of what should arrive at a layer is never shown as if it were the whole.
import { expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import { array, explain, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const X = numbers([1, 3, 6, 6], 5);
const input = array('x', X.dims, X.data);

/** What becomes of the layers of a network with these nodes between `r` and `y`: explained, or the operator that blocks. */
async function fate(name: string, method: MethodId, nodes: readonly Node[]): Promise<Record<string, string>> {
  const all = [
    node('Conv', ['x', 'w'], ['c']),
    node('Relu', ['c'], ['r']),
    ...nodes,
    node('Relu', ['y'], ['z']),
    node('GlobalAveragePool', ['z'], ['p']),
    node('Flatten', ['p'], ['f']),
    node('MatMul', ['f', 'fc'], ['logits']),
  ];
  const graph = graphOf(X.dims, all, {
    w: constant(numbers([4, 3, 1, 1], 1)),
    fc: constant(numbers([4, 3], 2)),
    zeros: constant({ dims: [6], data: new Array<number>(6).fill(0) }),
    three: int64Tensor([3], []),
    last: int64Tensor([-1]),
  });
  const { layers, blocked } = await explain(saved(name, graph), input, { method, target: 0 });
  return Object.fromEntries([
    ...layers.map(({ tensor }) => [tensor, 'explained'] as const),
    ...blocked.map(({ tensor, blockedBy }) => [tensor, `${blockedBy.op} ${blockedBy.reason}`] as const),
  ]);
}

const BESIDE: readonly Node[] = [node('CumSum', ['r', 'three'], ['s']), node('Add', ['r', 's'], ['y'])];
const BEHIND: readonly Node[] = [
  node('Abs', ['r'], ['a']),
  node('CumSum', ['a', 'three'], ['s']),
  node('Add', ['r', 's'], ['y']),
];

test.each<[MethodId]>([['relevance-cam'], ['grad-cam'], ['clrp']])(
  '%s: a reader without a rule, beside one with',
  async (method) => {
    const found = await fate('beside', method, BESIDE);
    expect(found).toMatchObject({ c: 'CumSum noRule', r: 'CumSum noRule', s: 'explained', y: 'explained' });
    const behind = await fate('behind', method, BEHIND);
    expect(behind).toMatchObject({
      c: 'CumSum noRule',
      r: 'CumSum noRule',
      a: 'CumSum noRule',
      y: 'explained',
    });
  },
);

test('what a gate is made by takes no relevance, and has a derivative', async () => {
  const nodes = [
    node('CumSum', ['r', 'three'], ['s']),
    node('Sigmoid', ['s'], ['g']),
    node('Mul', ['r', 'g'], ['y']),
  ];
  expect(await fate('gate', 'relevance-cam', nodes)).toMatchObject({ r: 'explained', s: 'Mul takesNothing' });
  expect(await fate('gate', 'grad-cam', nodes)).toMatchObject({ r: 'CumSum noRule', s: 'explained' });
});

test('a norm whose scale the image makes', async () => {
  const nodes = [
    node('ReduceMean', ['r'], ['m'], { keepdims: { type: 'int', value: 1 } }),
    node('Reshape', ['m', 'last'], ['flat']),
    node('Add', ['flat', 'zeros'], ['scale']),
    node('LayerNormalization', ['r', 'scale', 'zeros'], ['y'], { axis: { type: 'int', value: -1 } }),
  ];
  expect(await fate('norm', 'relevance-cam', nodes)).toMatchObject({ r: 'explained' });
  expect(await fate('norm', 'grad-cam', nodes)).toMatchObject({ r: 'LayerNormalization noRule' });
});
