// What is computed at positions that the picture's cannot be found for stays in the tree, with the reason.
import { expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { array, engine, explain, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const X = numbers([1, 3, 8, 8], 5);
const input = array('x', X.dims, X.data);

/** 64 tokens of four channels; what `nodes` make of them as `kept` goes through a linear operator to the classes. */
function model(name: string, nodes: readonly Node[]): string {
  const all = [
    node('Conv', ['x', 'w'], ['picture']),
    node('Reshape', ['picture', 'flat'], ['across']),
    node('Transpose', ['across'], ['tokens'], { perm: { type: 'ints', value: [0, 2, 1] } }),
    ...nodes,
    node('MatMul', ['kept', 'mix'], ['mixed']),
    node('Relu', ['mixed'], ['active']),
    node('ReduceMean', ['active', 'one'], ['pooled'], { keepdims: { type: 'int', value: 0 } }),
    node('MatMul', ['pooled', 'fc'], ['logits']),
  ];
  return saved(
    name,
    graphOf(X.dims, all, {
      w: constant(numbers([4, 3, 1, 1], 1)),
      flat: int64Tensor([1, 4, 64]),
      one: int64Tensor([1]),
      two: int64Tensor([2]),
      twelve: int64Tensor([12]),
      last: int64Tensor([-1]),
      wide: int64Tensor([1, 12, 4]),
      some: int64Tensor([0, 9, 22, 41]),
      mix: constant(numbers([4, 6], 2)),
      fc: constant(numbers([6, 5], 3)),
    }),
  );
}

const axis = { axis: { type: 'int', value: 1 } } as const;
/** The twelve tokens with the largest sums. */
const BY_RANK: readonly Node[] = [
  node('ReduceSum', ['tokens', 'two'], ['sums'], { keepdims: { type: 'int', value: 0 } }),
  node('TopK', ['sums', 'twelve'], ['largest', 'places'], axis),
  node('Unsqueeze', ['places', 'last'], ['column']),
  node('Expand', ['column', 'wide'], ['indices']),
  node('GatherElements', ['tokens', 'indices'], ['kept'], axis),
];
const SCATTERED: readonly Node[] = [node('Gather', ['tokens', 'some'], ['kept'], axis)];

test.each<[string, readonly Node[], string]>([
  ['tokens chosen by what they are', BY_RANK, 'GatherElements'],
  ['tokens that are no picture', SCATTERED, 'Gather'],
])('%s', async (_, nodes, op) => {
  const file = model(op, nodes);
  const { layers } = await engine.open({ model: file, settings: {} }, call());
  const blockedBy = { op, node: 'node of kept', reason: 'offGrid' };
  expect(Object.fromEntries(layers.map((layer) => [layer.tensor, layer.blockedBy]))).toEqual({
    picture: null,
    tokens: null,
    mixed: blockedBy,
    active: blockedBy,
  });
  const { blocked } = await explain(file, input);
  expect(blocked.filter((layer) => layer.blockedBy.reason === 'offGrid').map(({ tensor }) => tensor)).toEqual(
    ['mixed', 'active'],
  );
  const refused = explain(file, input, { layers: ['active'], method: 'score-cam' });
  await expect(refused).rejects.toMatchObject({ failure: { code: 'offGrid' } });
});
