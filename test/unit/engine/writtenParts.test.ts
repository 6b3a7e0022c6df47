// Parts whose constants have a value for each channel, or that reach over several axes.
import { expect, test } from 'vitest';

import type { Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import { array, explain, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { correlation } from './statistics.js';

const X = numbers([1, 3, 8, 8], 5, -2, 2);
const input = array('x', X.dims, X.data);
const SLOPES = [0.25, -0.5, 0, 1.5, 0.1, 0.9];
const keep = { keepdims: { type: 'int', value: 1 } } as const;

/** From a convolution `c` by way of `a` to a signal `s`, which a share of attention for each place weighs. */
function explained(
  name: string,
  activation: readonly Node[],
  attention: readonly Node[],
  method: MethodId,
): Promise<Explanation> {
  const nodes = [
    node('Conv', ['x', 'w1'], ['c']),
    ...activation,
    node('Conv', ['a', 'w2'], ['s']),
    node('Conv', ['s', 'w3'], ['e']),
    ...attention,
    node('Mul', ['s', 'p'], ['g']),
    node('ReduceSum', ['g', 'places'], ['pooled']),
    node('Flatten', ['pooled'], ['flat']),
    node('MatMul', ['flat', 'fc'], ['z']),
  ];
  const perChannel = (values: readonly number[]) => floatTensor(values, [6, 1, 1]);
  const graph = graphOf(X.dims, nodes, {
    w1: constant(numbers([6, 3, 3, 3], 1)),
    w2: constant(numbers([6, 6, 1, 1], 2)),
    w3: constant(numbers([1, 6, 1, 1], 3)),
    fc: constant(numbers([6, 4], 4)),
    slopes: perChannel(SLOPES),
    negative: perChannel(SLOPES.map((slope) => -slope)),
    halves: perChannel(SLOPES.map((slope) => slope / 2)),
    ...{ zero: floatTensor([0], []), places: int64Tensor([2, 3]), row: int64Tensor([1, 1, 36]) },
    ...{ last: int64Tensor([-1]), back: int64Tensor([1, 1, 6, 6]) },
  });
  return explain(saved(name, graph), input, { method, target: 1 });
}

const PRELU: readonly Node[] = [node('PRelu', ['c', 'slopes'], ['a'])];
const BELOW: readonly Node[] = [
  node('Relu', ['c'], ['r1']),
  node('Neg', ['c'], ['n1']),
  node('Relu', ['n1'], ['r2']),
];
const PRELUS: Readonly<Record<string, readonly Node[]>> = {
  'Relu(x) − a · Relu(−x)': [...BELOW, node('Mul', ['slopes', 'r2'], ['m']), node('Sub', ['r1', 'm'], ['a'])],
  'Relu(x) + (−a) · Relu(−x)': [
    ...BELOW,
    node('Mul', ['r2', 'negative'], ['m']),
    node('Add', ['r1', 'm'], ['a']),
  ],
  'max(x, 0) + a · min(x, 0)': [
    node('Max', ['c', 'zero'], ['r1']),
    node('Min', ['c', 'zero'], ['r2']),
    node('Mul', ['r2', 'slopes'], ['m']),
    node('Add', ['m', 'r1'], ['a']),
  ],
  'Relu(x) + a/2 · (x − |x|)': [
    node('Relu', ['c'], ['r1']),
    node('Abs', ['c'], ['n1']),
    node('Sub', ['c', 'n1'], ['r2']),
    node('Mul', ['r2', 'halves'], ['m']),
    node('Add', ['r1', 'm'], ['a']),
  ],
  'x where x > 0, else a · x': [
    node('Greater', ['c', 'zero'], ['r1']),
    node('Mul', ['c', 'slopes'], ['m']),
    node('Where', ['r1', 'c', 'm'], ['a']),
  ],
};

const SOFTMAX: readonly Node[] = [
  node('Reshape', ['e', 'row'], ['flat-e']),
  node('Softmax', ['flat-e'], ['flat-p'], { axis: { type: 'int', value: -1 } }),
  node('Reshape', ['flat-p', 'back'], ['p']),
];
const SOFTMAXES: Readonly<Record<string, readonly Node[]>> = {
  'softmax over rows and columns': [
    node('Exp', ['e'], ['p3']),
    node('ReduceSum', ['p3', 'places'], ['p4'], keep),
    node('Div', ['p3', 'p4'], ['p']),
  ],
  'softmax over rows and columns, less the largest': [
    node('ReduceMax', ['e', 'places'], ['p1'], keep),
    node('Sub', ['e', 'p1'], ['p2']),
    node('Exp', ['p2'], ['p3']),
    node('ReduceSum', ['p3', 'places'], ['p4'], keep),
    node('Div', ['p3', 'p4'], ['p']),
  ],
};

async function expectSame(
  activation: readonly Node[],
  attention: readonly Node[],
  method: MethodId,
): Promise<void> {
  const found = await explained('written', activation, attention, method);
  const expected = await explained('whole', PRELU, SOFTMAX, method);
  const explainedLayers = (one: Explanation) => one.layers.map(({ tensor }) => tensor);
  expect(explainedLayers(found)).toEqual(explainedLayers(expected));
  expect(explainedLayers(found)).toEqual(expect.arrayContaining(['c', 'a', 's', 'g']));
  const blocked = ({ blocked: layers }: Explanation) => layers.map(({ tensor }) => tensor);
  expect(blocked(found).filter((tensor) => /^[rnm]\d?$|^p\d$/.test(tensor))).toEqual([]);
  found.layers.forEach(({ tensor, map }, index) => {
    expect(correlation(map, expected.layers[index]?.map ?? []), tensor).toBeGreaterThan(0.99999);
  });
  expect(found.predictions[0]?.logit).toBeCloseTo(expected.predictions[0]?.logit ?? NaN, 4);
}

const METHODS: readonly MethodId[] = ['relevance-cam', 'grad-cam'];

test.each(Object.entries(PRELUS))('%s', async (_, nodes) => {
  for (const method of METHODS) await expectSame(nodes, SOFTMAX, method);
});

test.each(Object.entries(SOFTMAXES))('%s', async (_, nodes) => {
  for (const method of METHODS) await expectSame(PRELU, nodes, method);
});
