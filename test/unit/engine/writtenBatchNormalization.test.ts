// BatchNormalization as arithmetic behind a convolution, against what the arithmetic itself computes and the paper's rule.
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor } from '../../../src/engine/onnx/tensor.js';
import { foldBatchNormalization } from '../../../src/engine/prepare/canonise/batchNormalization.js';
import { joinBatchNormalization } from '../../../src/engine/prepare/canonise/joinBatchNormalization.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { analyse } from '../../../src/engine/rules/analysis.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';
import { expectClose } from './rules/check.js';

const DIMS = [1, 3, 6, 5];
const CONV = node('Conv', ['x', 'w', 'b'], ['c']);
const perm = (...value: readonly number[]): Attributes => ({ perm: { type: 'ints', value } });

/** A graph of these nodes, with constants of one value a channel on this axis of four. */
function written(nodes: readonly Node[], axis: number): Graph {
  const ofChannels = (seed: number, low: number, high: number) => {
    const { data } = numbers([4], seed, low, high);
    return floatTensor(
      data,
      [1, 1, 1, 1].map((one, index) => (index === axis ? 4 : one)),
    );
  };
  return graphOf(DIMS, nodes, {
    w: constant(numbers([4, 3, 3, 3], 1)),
    b: constant(numbers([4], 2)),
    bias: ofChannels(3, -1, 1),
    mean: ofChannels(4, -1, 1),
    // Some of them negative, as training makes them.
    factor: ofChannels(5, -2, 2),
    deviation: ofChannels(6, 0.5, 2),
    beta: ofChannels(7, -1, 1),
    half: floatTensor([0.5], []),
  });
}

async function folded(graph: Graph) {
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  return foldBatchNormalization(joinBatchNormalization({ graph, image: 'x', shapes }));
}

const operators = ({ nodes }: Graph): string =>
  nodes.flatMap(({ op, outputs }) => (outputs[0]?.startsWith('fold/') ? [] : [op])).join(' ');

test.each<[string, readonly Node[], number, string]>([
  [
    'a factor and a term',
    [
      CONV,
      node('Mul', ['c', 'factor'], ['m']),
      node('Add', ['m', 'beta'], ['y']),
      node('Relu', ['y'], ['r']),
    ],
    1,
    'Conv Relu',
  ],
  [
    'of Keras, channels last, behind a bias',
    [
      CONV,
      node('Transpose', ['c'], ['t'], perm(0, 2, 3, 1)),
      node('Add', ['bias', 't'], ['a']),
      node('Sub', ['a', 'mean'], ['s']),
      node('Mul', ['s', 'factor'], ['m']),
      node('Add', ['m', 'beta'], ['y']),
      node('Relu', ['y'], ['r']),
    ],
    3,
    'Conv Transpose Relu',
  ],
  [
    'divided by the deviation, and one number for all channels',
    [
      CONV,
      node('Sub', ['c', 'mean'], ['s']),
      node('Div', ['s', 'deviation'], ['d']),
      node('Mul', ['half', 'd'], ['m']),
      node('Add', ['m', 'beta'], ['y']),
      node('Relu', ['y'], ['r']),
    ],
    1,
    'Conv Relu',
  ],
])('%s: is folded into the convolution, and the z⁺ rule holds', async (_, nodes, axis, expected) => {
  const graph = written(nodes, axis);
  const model = await folded(graph);
  expect(operators(model.graph)).toBe(expected);
  const x = numbers(DIMS, 8, -2, 2);
  const [found, plain] = [(await run(model.graph, { x })).get('r'), (await run(graph, { x })).get('r')];
  if (found === undefined || plain === undefined) throw new Error('no output');
  expectClose(found, plain, 1e-5);
  const { reading } = analyse(model.graph, 'x', model.shapes);
  const product = model.graph.nodes.find(({ op }) => op === 'Conv')?.outputs[0] ?? '';
  expect(reading(product)).not.toBe('gamma');
});

test.each<[string, readonly Node[]]>([
  ['a scale alone, as of a residual branch', [CONV, node('Mul', ['c', 'factor'], ['y'])]],
  ['a bias alone', [CONV, node('Add', ['c', 'bias'], ['y'])]],
  [
    'one that something else reads a part of',
    [
      CONV,
      node('Mul', ['c', 'factor'], ['m']),
      node('Add', ['m', 'beta'], ['a']),
      node('Add', ['a', 'm'], ['y']),
    ],
  ],
  [
    'a constant less the activation',
    [CONV, node('Mul', ['c', 'factor'], ['m']), node('Sub', ['beta', 'm'], ['y'])],
  ],
])('%s stays', async (_, nodes) => {
  const graph = written(nodes, 1);
  expect(operators((await folded(graph)).graph)).toBe(operators(graph));
});
