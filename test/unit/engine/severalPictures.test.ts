// Files that take so many pictures at a time, fixed by their exporter: what they say of one.
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { array, engine, expectNear, explain, logitsOf, saved } from './explaining.js';
import { node, numbers } from './graphs.js';
import { SHAPE, taking } from './inputCases.js';

const TWO = { shape: [2, 3, 10, 10] };
const axis = { axis: { type: 'int', value: 0 } } as const;
const CONSTANTS = {
  front: int64Tensor([0]),
  ...Object.fromEntries([0, 1, 2].map((i) => [`i${i}`, int64Tensor([i])])),
  last: int64Tensor([-1]),
  lowest: int64Tensor([-(2 ** 62)]),
  list: int64Tensor([1, 0]),
  lists: int64Tensor([1, 0], [2, 1]),
  spread: int64Tensor([1, 2, 3, 10, 10]),
  usual: int64Tensor([2, 3, 10, 10]),
};
const picture = array('one', SHAPE, numbers(SHAPE, 5).data);
const single = await explain(saved('single', taking([])), picture);

/** The classifier with operators before it. */
const beginning = (nodes: readonly Node[], shape: { readonly shape: readonly number[] } = TWO): Graph =>
  taking(nodes, CONSTANTS, shape);

/** The same with operators behind it, which read its scores as `all`. */
function ending(nodes: readonly Node[], constants: Readonly<Record<string, Tensor>> = {}): Graph {
  const graph = taking([], { ...CONSTANTS, ...constants }, TWO);
  const named = graph.nodes.map((each) =>
    each.outputs.includes('logits') ? { ...each, name: 'scores', outputs: ['all'] } : each,
  );
  return { ...graph, nodes: [...named, ...nodes] };
}

async function expectAsOne(name: string, graph: Graph): Promise<void> {
  const found = await explain(saved(name, graph), picture);
  expectNear(logitsOf(found), logitsOf(single), 1e-5);
  expectNear([...(found.layers.at(-1)?.map ?? [])], [...(single.layers.at(-1)?.map ?? [])], 1e-5);
}

test.each(['ten', 'reshape'])('is run with one: %s', async (name) => {
  const explanation = await explain(caseFile(`fixed-batch/${name}.onnx`), caseFile('fixed-batch/x.npy'));
  expectNear(logitsOf(explanation), [-0.1431, -0.5225, -1.9144, 1.552, 0.1494]);
});

describe('is run with one where its pictures are', () => {
  test.each<[string, readonly Node[]]>([
    ['Split', [node('Split', ['x'], ['a', 'b'], { ...axis, num_outputs: { type: 'int', value: 2 } })]],
    [
      'Slice',
      [node('Slice', ['x', 'i0', 'i1', 'front'], ['a']), node('Slice', ['x', 'i1', 'i2', 'front'], ['b'])],
    ],
    ['Gather', [node('Gather', ['x', 'i0'], ['a'], axis), node('Gather', ['x', 'i1'], ['b'], axis)]],
  ])('taken apart by %s', async (name, apart) => {
    await expectAsOne(`apart-${name}`, beginning([...apart, node('Concat', ['a', 'b'], ['n'], axis)]));
  });

  test.each<[string, Node]>([
    ['Gather', node('Gather', ['x', 'list'], ['n'], axis)],
    ['GatherND, as the newer exporter writes lists', node('GatherND', ['x', 'lists'], ['n'])],
    ['Slice', node('Slice', ['x', 'last', 'lowest', 'front', 'last'], ['n'])],
  ])('put in another order by %s', async (name, turning) => {
    await expectAsOne(`turned-${name}`, beginning([turning]));
  });

  test('counted by two sizes', async () => {
    const five = node('Reshape', ['x', 'spread'], ['five']);
    await expectAsOne('spread', beginning([five, node('Reshape', ['five', 'usual'], ['n'])]));
  });
});

describe('is run with one where it puts out', () => {
  test.each<[string, Node]>([
    ['the scores of one', node('Gather', ['all', 'i0'], ['logits'], axis)],
    ['those that a list names', node('Gather', ['all', 'list'], ['logits'], axis)],
    ['those that a list of the newer exporter names', node('GatherND', ['all', 'lists'], ['logits'])],
    ['their mean', node('ReduceMean', ['all', 'front'], ['logits'])],
  ])('%s', async (name, last) => {
    await expectAsOne(`scores-${name}`, ending([last]));
  });

  test('chosen classes, the scores of a picture being a column', async () => {
    const turned = (from: string, to: string): Node =>
      node('Transpose', [from], [to], { perm: { type: 'ints', value: [1, 0] } });
    const chosen = node('GatherND', ['t', 'lists'], ['s']);
    const model = saved('columns', ending([turned('all', 't'), chosen, turned('s', 'logits')]));
    const [first = NaN, second = NaN] = logitsOf(single);
    expectNear(logitsOf(await explain(model, picture)), [second, first], 1e-5);
  });
});

describe('is refused where', () => {
  test('a node does not work with one, saying so', async () => {
    const shapes = { shape: int64Tensor([-1, 600]), back: int64Tensor([4, 3, 10, 10]) };
    const pairs = [node('Reshape', ['x', 'shape'], ['two']), node('Reshape', ['two', 'back'], ['n'])];
    const model = saved('pairs', taking(pairs, shapes, { shape: [4, 3, 10, 10] }));
    await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'fixedBatch', parameters: { batch: 4, op: 'Reshape' } },
    });
  });

  test.each<[string, Node, Readonly<Record<string, Tensor>>]>([
    ['the answer is of all pictures', node('ReduceSum', ['all', 'front'], ['logits']), {}],
    [
      'the answer has rows of them all',
      node('Mul', ['all', 'ones'], ['logits']),
      { ones: floatTensor([1, 1], [2, 1]) },
    ],
  ])('%s', async (name, last, constants) => {
    await expect(explain(saved(name, ending([last], constants)), picture)).rejects.toMatchObject({
      failure: { code: 'severalPictures', parameters: { batch: 2, tensor: 'logits' } },
    });
  });
});
