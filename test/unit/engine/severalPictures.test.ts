// Files that take so many pictures at a time, fixed by their exporter: what they say of one.
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { array, engine, expectNear, explain, logitsOf, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { ints, SHAPE, taking } from './inputCases.js';

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

/** Tokens of 2 × 2 pixels attend to each other and to a token of the file's, (T, N, D), by two heads, as PyTorch has it. */
function attending(batch: number): Graph {
  const [tokens, size, heads] = [26, 8, 2];
  const transpose = (from: string, to: string, perm: readonly number[]): Node =>
    node('Transpose', [from], [to], { perm: ints(perm) });
  const shaped = (from: string, to: string): Node => node('Reshape', [from, `shape of ${to}`], [to]);
  const byHead = (name: string): readonly Node[] => [
    node('MatMul', ['t', `w of ${name}`], [name]),
    shaped(name, `${name}s`),
  ];
  const shapes = {
    places: [batch, size, 25],
    ...Object.fromEntries(['qs', 'ks', 'vs'].map((name) => [name, [tokens, batch * heads, size / heads]])),
    rows: [tokens * batch, size],
    o: [tokens, batch, size],
  };
  const nodes = [
    node('Conv', ['x', 'patches'], ['p'], { strides: ints([2, 2]) }),
    shaped('p', 'places'),
    transpose('places', 'own', [2, 0, 1]),
    node('Concat', ['class', 'own'], ['t'], axis),
    ...['q', 'k', 'v'].flatMap(byHead),
    transpose('qs', 'q3', [1, 0, 2]),
    transpose('ks', 'k3', [1, 2, 0]),
    transpose('vs', 'v3', [1, 0, 2]),
    node('MatMul', ['q3', 'k3'], ['products']),
    node('Softmax', ['products'], ['shares']),
    node('MatMul', ['shares', 'v3'], ['mixed']),
    transpose('mixed', 'turned', [1, 0, 2]),
    shaped('turned', 'rows'),
    node('Gemm', ['rows', 'w of o'], ['gemm']),
    shaped('gemm', 'o'),
    node('Add', ['t', 'o'], ['sum']),
    node('Relu', ['sum'], ['r']),
    node('ReduceMean', ['r', 'front'], ['f'], { keepdims: { type: 'int', value: 0 } }),
    node('Gemm', ['f', 'fc'], ['logits']),
  ];
  const weights = ['q', 'k', 'v', 'o'].map(
    (name, seed) => [`w of ${name}`, numbers([size, size], seed)] as const,
  );
  const classToken = numbers([1, 1, size], 9).data;
  const constants = {
    ...Object.fromEntries(
      Object.entries(shapes).map(([to, sizes]) => [`shape of ${to}`, int64Tensor(sizes)]),
    ),
    ...Object.fromEntries(weights.map(([name, values]) => [name, constant(values)])),
    patches: constant(numbers([size, 3, 2, 2], 7)),
    class: floatTensor(Array.from({ length: batch }, () => classToken).flat(), [1, batch, size]),
    front: int64Tensor([0]),
    fc: constant(numbers([size, 4], 8)),
  };
  return graphOf([batch, 3, 10, 10], nodes, constants);
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

  const transpose = (from: string, to: string, perm: readonly number[]): Node =>
    node('Transpose', [from], [to], { perm: ints(perm) });
  const moved = {
    flat: int64Tensor([200, 3]),
    rows: int64Tensor([100, 6]),
    back: int64Tensor([10, 10, 2, 3]),
  };
  test.each<[string, readonly Node[]]>([
    [
      'inside, between others of an axis',
      [
        transpose('x', 't', [2, 3, 0, 1]),
        node('Reshape', ['t', 'flat'], ['f2']),
        node('Reshape', ['f2', 'back'], ['t2']),
        transpose('t2', 'n', [2, 3, 0, 1]),
      ],
    ],
    [
      'with their colours behind one another',
      [
        transpose('x', 't', [2, 3, 0, 1]),
        node('Reshape', ['t', 'rows'], ['f2']),
        transpose('f2', 't2', [1, 0]),
        node('Reshape', ['t2', 'usual'], ['n']),
      ],
    ],
  ])('moved off the first axis and put together: %s', async (name, nodes) => {
    await expectAsOne(`moved-${name}`, taking(nodes, { ...CONSTANTS, ...moved }, TWO));
  });

  test('tokens in front of pictures, which attend to each other', async () => {
    const [three, one] = [saved('attending-3', attending(3)), saved('attending-1', attending(1))];
    for (const method of ['clrp', 'score-cam'] as const) {
      const found = await explain(three, picture, { method });
      const expected = await explain(one, picture, { method });
      expectNear(logitsOf(found), logitsOf(expected), 1e-5);
      expect(found.layers.map(({ tensor }) => tensor)).toEqual(expected.layers.map(({ tensor }) => tensor));
      expect(expected.layers.length).toBeGreaterThan(3);
      found.layers.forEach(({ map }, index) => {
        expectNear([...map], [...(expected.layers[index]?.map ?? [])], 1e-5);
      });
    }
  });

  test('counted by two sizes', async () => {
    const five = node('Reshape', ['x', 'spread'], ['five']);
    await expectAsOne('spread', beginning([five, node('Reshape', ['five', 'usual'], ['n'])]));
  });
});

describe('is run with one where a constant holds a part for each picture', () => {
  const parts = numbers([2, 3, 10, 10], 11);
  const own = constant({ dims: SHAPE, data: parts.data.slice(0, 300) });
  test.each<[string, (part: string) => readonly Node[]]>([
    ['that is added', (part) => [node('Add', ['x', part], ['n'])]],
    [
      'that is put beside it',
      (part) => [
        node('Slice', ['x', 'i0', 'i2', 'i1'], ['two']),
        node('Slice', [part, 'i0', 'i1', 'i1'], ['one']),
        node('Concat', ['two', 'one'], ['n'], { axis: { type: 'int', value: 1 } }),
      ],
    ],
  ])('%s', async (name, nodes) => {
    const found = taking(nodes('parts'), { ...CONSTANTS, parts: constant(parts) }, TWO);
    const expected = taking(nodes('parts'), { ...CONSTANTS, parts: own });
    const logits = logitsOf(await explain(saved(`parts-of-one ${name}`, expected), picture));
    expectNear(logitsOf(await explain(saved(`parts ${name}`, found), picture)), logits, 1e-5);
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
    const pairs = [
      node('Reshape', ['x', 'shape'], ['two']),
      node('Relu', ['two'], ['r2']),
      node('Reshape', ['r2', 'back'], ['n']),
    ];
    const model = saved('pairs', taking(pairs, shapes, { shape: [4, 3, 10, 10] }));
    await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'fixedBatch', parameters: { batch: 4, op: 'Reshape' } },
    });
  });

  test('the answer is a product of all pictures, saying so', async () => {
    const last = node('MatMul', ['ones', 'all'], ['logits']);
    const model = saved('product', ending([last], { ones: floatTensor([1, 1], [1, 2]) }));
    await expect(engine.open({ model, settings: {} }, call())).rejects.toMatchObject({
      failure: { code: 'fixedBatch', parameters: { batch: 2, op: 'MatMul' } },
    });
  });

  test('the answer is the sum of all pictures', async () => {
    const model = saved('sum', ending([node('ReduceSum', ['all', 'front'], ['logits'])]));
    await expect(explain(model, picture)).rejects.toMatchObject({
      failure: { code: 'severalPictures', parameters: { batch: 2, tensor: 'logits' } },
    });
  });
});
