// What the values of further kinds of answers are: told as the file has them, in percent only where they are probabilities.
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { classifier } from './badFiles.js';
import { array, expectNear, explain, logitsOf, saved } from './explaining.js';
import { constant, node, numbers, run } from './graphs.js';

const PICTURE = numbers([1, 3, 8, 8], 7);
const picture = array('kinds', PICTURE.dims, PICTURE.data);
const int = (value: number) => ({ type: 'int', value }) as const;

type Constants = Readonly<Record<string, Tensor>>;
interface Member {
  readonly nodes: readonly Node[];
  readonly constants?: Constants;
  /** Outputs of the file; the first is `o`. */
  readonly outputs?: readonly string[];
}

/** The classifier of four behind which these nodes stand. */
function file({ nodes, constants = {}, outputs = ['o'] }: Member): Graph {
  const graph = classifier();
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    initializers: new Map([...graph.initializers, ...Object.entries(constants)]),
    outputs: outputs.map((name) => ({ name, dataType: DataType.FLOAT, shape: null })),
  };
}

let count = 0;
const save = (graph: Graph): string => saved(`kind-${count++}`, graph);
const valuesOf = async (graph: Graph, name = 'o'): Promise<readonly number[]> =>
  Array.from((await run({ ...graph, outputs: graph.outputs }, { x: PICTURE })).get(name)?.data ?? []);

const softmax = node('Softmax', ['logits'], ['s'], { axis: int(1) });
const sigmoid = node('Sigmoid', ['logits'], ['s']);
/** One logit of the four. */
const first = node('Slice', ['logits', 'from', 'to', 'axis'], ['z']);
const OF_FIRST = { from: int64Tensor([0]), to: int64Tensor([1]), axis: int64Tensor([1]) };
const PLACES = { places: constant(numbers([4, 5, 1, 1], 9)) };
/** Scores at every position; `a` is the classifier's last feature map. */
const scores = node('Conv', ['a', 'places'], ['map']);
const flat = (from: string): Node => node('Flatten', [from], ['o']);

const PROBABILITIES: readonly (readonly [string, Member])[] = [
  ['two groups of classes, a Softmax each', twoGroups()],
  ['the mean of sigmoids at every position', ofPlaces('GlobalAveragePool')],
  ['the highest of sigmoids at every position', ofPlaces('GlobalMaxPool')],
  [
    'the mean of two heads of independent classes',
    {
      nodes: [
        sigmoid,
        node('Gemm', ['f', 'other'], ['z2']),
        node('Sigmoid', ['z2'], ['s2']),
        node('Mean', ['s', 's2'], ['o']),
      ],
      constants: { other: constant(numbers([5, 4], 5)) },
    },
  ],
  ['HardSigmoid', { nodes: [node('HardSigmoid', ['logits'], ['o'])] }],
  ['a Softmax over yes and no for each class, of which yes is put out', pairs()],
  [
    'a Softmax rounded to two digits',
    {
      nodes: [
        softmax,
        node('Mul', ['s', 'hundred'], ['m']),
        node('Round', ['m'], ['r']),
        node('Div', ['r', 'hundred'], ['o']),
      ],
      constants: { hundred: floatTensor([100], []) },
    },
  ],
];

/** Each of four classes is one of two, as a Softmax of its own says. */
function pairs(): Member {
  return {
    nodes: [
      node('Gemm', ['f', 'rows'], ['z8']),
      node('Reshape', ['z8', 'pairs'], ['z42']),
      node('Softmax', ['z42'], ['s42'], { axis: int(2) }),
      node('Gather', ['s42', 'one'], ['o'], { axis: int(2) }),
    ],
    constants: {
      rows: constant(numbers([5, 8], 3)),
      pairs: int64Tensor([1, 4, 2]),
      one: int64Tensor([1], []),
    },
  };
}

function twoGroups(): Member {
  const part = (name: string, from: number): readonly Node[] => [
    node('Slice', ['logits', `from${from}`, `from${from + 2}`, 'axis'], [name]),
    node('Softmax', [name], [`${name}/shares`], { axis: int(1) }),
  ];
  const ends = Object.fromEntries([0, 2, 4].map((end) => [`from${end}`, int64Tensor([end])]));
  return {
    nodes: [
      ...part('one', 0),
      ...part('other', 2),
      node('Concat', ['one/shares', 'other/shares'], ['o'], { axis: int(1) }),
    ],
    constants: { ...ends, axis: int64Tensor([1]) },
  };
}

function ofPlaces(pool: string): Member {
  const nodes = [scores, node('Sigmoid', ['map'], ['s']), node(pool, ['s'], ['pooled']), flat('pooled')];
  return { nodes, constants: PLACES };
}

describe('probabilities are told as the file has them', () => {
  test.each(PROBABILITIES)('%s', async (_, member) => {
    const graph = file(member);
    const { values, probabilities } = await explain(save(graph), picture);
    const expected = await valuesOf(graph);
    expectNear(values, expected, 1e-5);
    expectNear(probabilities ?? [], expected, 1e-5);
  });

  test.each<[string, readonly Node[], number]>([
    ['rounded to a label', [node('Sigmoid', ['z'], ['s']), node('Round', ['s'], ['o'])], 1],
    ['in percent', [node('Sigmoid', ['z'], ['s']), node('Mul', ['s', 'hundred'], ['o'])], 100],
    ['of a Softmax over one', [node('Softmax', ['z'], ['o'], { axis: int(1) })], 1],
  ])('of one output: %s', async (_, nodes, whole) => {
    const constants = { ...OF_FIRST, hundred: floatTensor([100], []) };
    const graph = file({ nodes: [first, ...nodes], constants });
    const { values, probabilities, layers, target } = await explain(save(graph), picture);
    const [value = NaN] = await valuesOf(graph);
    expectNear(values, [whole - value, value], 1e-4);
    expectNear(probabilities ?? [], [1 - value / whole, value / whole], 1e-5);
    expect(target.index).toBe(value > whole / 2 ? 1 : 0);
    expect(layers.length).toBeGreaterThan(0);
  });
});

const DISTANCES: Member = {
  nodes: [
    node('Unsqueeze', ['f', 'axis'], ['u']),
    node('Sub', ['u', 'points'], ['d']),
    node('Pow', ['d', 'two'], ['q']),
    node('ReduceSum', ['q', 'last'], ['t'], { keepdims: int(0) }),
    node('Neg', ['t'], ['o']),
  ],
  constants: {
    points: constant(numbers([1, 4, 5], 4)),
    axis: int64Tensor([1]),
    last: int64Tensor([2]),
    two: floatTensor([2], []),
  },
};

const UNIT = numbers([4, 5], 6);
const unitRows = UNIT.data.map((value, index) => {
  const row = UNIT.data.slice(index - (index % 5), index - (index % 5) + 5);
  return value / Math.hypot(...row);
});
const COSINES: Member = {
  nodes: [
    node('ReduceL2', ['f', 'axis'], ['length'], { keepdims: int(1) }),
    node('Div', ['f', 'length'], ['u']),
    node('Gemm', ['u', 'rows'], ['o'], { transB: int(1) }),
  ],
  constants: { axis: int64Tensor([1]), rows: floatTensor(unitRows, [4, 5]) },
};

describe('no percentages are made of', () => {
  test.each<[string, readonly Node[]]>([
    ['a count', [node('Relu', ['z'], ['o'])]],
    [
      'an expectation',
      [
        softmax,
        node('Mul', ['s', 'ages'], ['m']),
        node('ReduceSum', ['m', 'axis'], ['o'], { keepdims: int(1) }),
      ],
    ],
  ])('a single value: %s', async (_, behind) => {
    const constants = { ...OF_FIRST, ages: floatTensor([10, 20, 30, 40], [4]) };
    const graph = file({ nodes: [first, ...behind], constants });
    const { values, probabilities } = await explain(save(graph), picture);
    expectNear(values.slice(1), await valuesOf(graph), 1e-5);
    expect(probabilities).toBeNull();
  });

  test.each<[string, Member]>([
    ['Tanh', { nodes: [node('Tanh', ['logits'], ['o'])] }],
    [
      'what speaks against each of several classes',
      { nodes: [softmax, node('Sub', ['one', 's'], ['o'])], constants: { one: floatTensor([1], []) } },
    ],
    [
      'odds',
      {
        nodes: [softmax, node('Sub', ['one', 's'], ['rest']), node('Div', ['s', 'rest'], ['o'])],
        constants: { one: floatTensor([1], []) },
      },
    ],
    ['evidence, which is above 0', { nodes: [node('Softplus', ['logits'], ['o'])] }],
    ['distances to a point for each class', DISTANCES],
    ['cosines', COSINES],
  ])('%s', async (_, member) => {
    const graph = file(member);
    const { values, probabilities, blocked } = await explain(save(graph), picture);
    expectNear(values, await valuesOf(graph), 1e-5);
    expect(probabilities).toBeNull();
    expect(blocked.every(({ blockedBy }) => blockedBy.reason !== 'severalLogits')).toBe(true);
  });
});

describe('a choice among scores', () => {
  const best = (k: number): Member => ({
    nodes: [softmax, node('TopK', ['s', 'k'], ['o', 'order'], { axis: int(1) })],
    constants: { k: int64Tensor([k]) },
  });
  const above: Member = {
    nodes: [
      sigmoid,
      node('Greater', ['s', 'half'], ['g']),
      node('Cast', ['g'], ['o'], { to: int(DataType.FLOAT) }),
    ],
    constants: { half: floatTensor([0.5], []) },
  };
  test.each<[string, Member]>([
    ['all, the best first', best(4)],
    ['the best two', best(2)],
    ['which are above a threshold', above],
  ])('is told by the scores: %s', async (_, member) => {
    const graph = file(member);
    const { values, blocked } = await explain(save(graph), picture);
    expectNear(values, await valuesOf({ ...graph, outputs: [{ ...outputOf(graph), name: 's' }] }, 's'), 1e-5);
    expect(blocked).toEqual([]);
  });
});

describe('independent classes of several heads', () => {
  const rows = numbers([5, 4], 2).data;
  const ofClass = (index: number): Tensor =>
    floatTensor(
      rows.filter((_, place) => place % 4 === index),
      [5, 1],
    );
  const heads = [0, 1, 2, 3].map((index) => node('Gemm', ['f', `w${index}`], [`z${index}`]));
  const constants = Object.fromEntries([0, 1, 2, 3].map((index) => [`w${index}`, ofClass(index)]));
  const all = node('Concat', ['z0', 'z1', 'z2', 'z3'], ['z'], { axis: int(1) });

  const sigmoids = [0, 1, 2, 3].map((index) => node('Sigmoid', [`z${index}`], [`s${index}`]));
  const stacked = [0, 1, 2, 3].map((index) => node('Unsqueeze', [`s${index}`, 'last'], [`u${index}`]));
  const joined = (inputs: readonly string[], to: string): Node =>
    node('Concat', inputs, [to], { axis: int(1) });

  test.each<[string, readonly Node[]]>([
    ['a Sigmoid of all', [all, node('Sigmoid', ['z'], ['o'])]],
    ['a Sigmoid each', [...sigmoids, joined(['s0', 's1', 's2', 's3'], 'o')]],
    [
      'a Sigmoid each, stacked',
      [
        ...[...sigmoids, ...stacked, joined(['u0', 'u1', 'u2', 'u3'], 'l')],
        node('Squeeze', ['l', 'last'], ['o']),
      ],
    ],
    [
      'a Sigmoid each, joined by and by',
      [...sigmoids, joined(['s0', 's1', 's2'], 'l'), joined(['l', 's3'], 'o')],
    ],
  ])('have the maps of one head: %s', async (_, behind) => {
    const last = int64Tensor([2]);
    const several = save(file({ nodes: [...heads, ...behind], constants: { ...constants, last } }));
    const one = save(file({ nodes: [node('Sigmoid', ['logits'], ['o'])] }));
    for (const method of ['relevance-cam', 'clrp', 'grad-cam'] as const)
      for (const target of [0, 3]) {
        const [found, expected] = await Promise.all(
          [several, one].map((model) => explain(model, picture, { method, target })),
        );
        expect(found?.layers.length).toBeGreaterThan(0);
        expectNear(found?.probabilities ?? [], Array.from(expected?.probabilities ?? []), 1e-5);
        found?.layers.forEach(({ map }, index) => {
          expectNear(map, Array.from(expected?.layers[index]?.map ?? []), 1e-4);
        });
      }
  });
});

test('of −log p the lowest is the best', async () => {
  const graph = file({
    nodes: [node('LogSoftmax', ['logits'], ['l'], { axis: int(1) }), node('Neg', ['l'], ['o'])],
  });
  const found = await explain(save(graph), picture);
  const expected = await valuesOf(graph);
  expectNear(found.values, expected, 1e-5);
  expectNear(
    found.probabilities ?? [],
    expected.map((value) => Math.exp(-value)),
    1e-5,
  );
  expect(found.target.index).toBe(expected.indexOf(Math.min(...expected)));
  const bare = await explain(save(classifier()), picture, { target: found.target.index });
  expectNear(logitsOf(found), logitsOf(bare), 1e-5);
});

function outputOf({ outputs: [output] }: Graph): Graph['outputs'][number] {
  if (output === undefined) throw new Error('no output');
  return output;
}

test('features beside the scores that are made of them are not taken for these', async () => {
  const graph = file({ nodes: [softmax], outputs: ['f', 's'] });
  const { values } = await explain(save(graph), picture);
  expectNear(values, await valuesOf(graph, 's'), 1e-5);
});

test('logits are taken where what is made of their probabilities is put out too', async () => {
  const coarse = node('MatMul', ['s', 'groups'], ['c']);
  const groups = floatTensor([1, 0, 1, 0, 0, 1, 0, 1], [4, 2]);
  const graph = file({ nodes: [softmax, coarse], constants: { groups }, outputs: ['logits', 'c'] });
  const { values } = await explain(save(graph), picture);
  expectNear(values, await valuesOf(graph, 'logits'), 1e-5);
});

test.each<[string, readonly Node[]]>([
  ['Log', [node('Sigmoid', ['z'], ['s']), node('Log', ['s'], ['o'])]],
  [
    'as TensorFlow writes them',
    [node('Neg', ['z'], ['minus z']), node('Softplus', ['minus z'], ['soft']), node('Neg', ['soft'], ['o'])],
  ],
])(
  'logarithms of sigmoids agree with the file, however these round what is close to 0: %s',
  async (_, last) => {
    const far = node('Mul', ['logits', 'far'], ['z']);
    const graph = file({ nodes: [far, ...last], constants: { far: floatTensor([-16], []) } });
    const { probabilities } = await explain(save(graph), picture);
    const expected = (await valuesOf(graph)).map(Math.exp);
    expect(Math.min(...expected)).toBeLessThan(1e-4);
    expectNear(probabilities ?? [], expected, 1e-5);
  },
);

describe('a logit that is the negation of what the last linear operator gives', () => {
  const rows = numbers([5, 4], 2);
  const negated = constant({ dims: [5, 4], data: rows.data.map((value) => -value) });
  const direct = save(file({ nodes: [node('Gemm', ['f', 'minus'], ['o'])], constants: { minus: negated } }));
  test.each<[string, Node, Constants]>([
    ['Neg', node('Neg', ['logits'], ['o']), {}],
    ['Mul', node('Mul', ['logits', 'k'], ['o']), { k: floatTensor([-1], []) }],
    ['Div', node('Div', ['logits', 'k'], ['o']), { k: floatTensor([-1], []) }],
    ['Sub', node('Sub', ['k', 'logits'], ['o']), { k: floatTensor([0], []) }],
  ])('has evidence of its own: %s', async (_, last, constants) => {
    const model = save(file({ nodes: [last], constants }));
    for (const method of ['relevance-cam', 'clrp', 'lrp', 'grad-cam'] as const)
      for (const target of [0, 3]) {
        const found = await explain(model, picture, { method, target });
        const expected = await explain(direct, picture, { method, target });
        expect(found.layers.length).toBeGreaterThan(0);
        found.layers.forEach(({ map }, index) => {
          expectNear(map, Array.from(expected.layers[index]?.map ?? []), 1e-4);
        });
      }
  });

  test('stands beside what that gives', async () => {
    const both = [first, node('Neg', ['z'], ['n']), node('Concat', ['n', 'z'], ['o'], { axis: int(1) })];
    const one = rows.data.filter((_, place) => place % 4 === 0);
    const two = floatTensor(
      one.flatMap((value) => [-value, value]),
      [5, 2],
    );
    const joined = save(file({ nodes: both, constants: OF_FIRST }));
    const apart = save(file({ nodes: [node('Gemm', ['f', 'two'], ['o'])], constants: { two } }));
    for (const target of [0, 1]) {
      const found = await explain(joined, picture, { method: 'clrp', target });
      const expected = await explain(apart, picture, { method: 'clrp', target });
      found.layers.forEach(({ map }, index) => {
        expectNear(map, Array.from(expected.layers[index]?.map ?? []), 1e-4);
      });
    }
  });
});
