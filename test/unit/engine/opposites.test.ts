import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { withOpposites } from '../../../src/engine/prepare/opposites.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';

const X = numbers([1, 3, 4, 4], 3);

/** Conv → Relu → … → logits */
function classifier(behind: readonly Node[], classes: number): Graph {
  const constants = {
    w: constant(numbers([6, 3, 1, 1], 1)),
    last: constant(numbers([classes, 6, 1, 1], 2)),
    lastBias: constant(numbers([classes], 4)),
    fc: constant(numbers([6, classes], 5)),
    bias: constant(numbers([classes], 6)),
    scale: constant(numbers([classes], 7)),
    flat: int64Tensor([1, classes]),
  };
  const nodes = [node('Conv', ['x', 'w'], ['y']), node('Relu', ['y'], ['a']), ...behind];
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const graph = graphOf(X.dims, nodes, constants);
  return { ...graph, initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))) };
}

const POOL = [node('GlobalAveragePool', ['a'], ['p']), node('Flatten', ['p'], ['f'])];

async function opposed(graph: Graph): Promise<ReturnType<typeof withOpposites>> {
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  return withOpposites({ graph, image: 'x', shapes }, 'logits');
}

describe('every logit and its negation', () => {
  test.each<[string, readonly Node[]]>([
    ['Gemm', [...POOL, node('Gemm', ['f', 'fc', 'bias'], ['logits'])]],
    ['MatMul and Add', [...POOL, node('MatMul', ['f', 'fc'], ['m']), node('Add', ['m', 'bias'], ['logits'])]],
    [
      'a convolution, its average, and arithmetic',
      [
        node('Conv', ['a', 'last', 'lastBias'], ['c']),
        node('GlobalAveragePool', ['c'], ['p']),
        node('Reshape', ['p', 'flat'], ['f']),
        node('Mul', ['f', 'scale'], ['m']),
        node('Sub', ['bias', 'm'], ['logits']),
      ],
    ],
    [
      'two Gemm that are added',
      [
        ...POOL,
        node('Gemm', ['f', 'fc'], ['m']),
        node('Gemm', ['f', 'fc', 'bias'], ['n']),
        node('Add', ['m', 'n'], ['logits']),
      ],
    ],
  ])('behind %s', async (_, behind) => {
    for (const classes of [1, 3]) {
      const graph = classifier(behind, classes);
      const found = await opposed(graph);
      const outputs = [found?.rows ?? '', 'logits'].map((name) => ({
        name,
        dataType: DataType.FLOAT,
        shape: null,
      }));
      const results = await run({ ...(found?.model.graph ?? graph), outputs }, { x: X });
      const logits = results.get('logits')?.data ?? [];
      const expected = [...logits, ...logits.map((value) => -value)];
      const rows = results.get(found?.rows ?? '');
      expect(rows?.data.length).toBe(2 * classes);
      for (const [index, value] of expected.entries()) expect(rows?.data[index]).toBeCloseTo(value, 5);
    }
  });

  test.each<[string, readonly Node[]]>([
    [
      'behind an activation',
      [
        node('Conv', ['a', 'last'], ['c']),
        node('Relu', ['c'], ['r']),
        node('GlobalAveragePool', ['r'], ['logits']),
      ],
    ],
    [
      'behind a sum with what is not linear',
      [
        ...POOL,
        node('Gemm', ['f', 'fc'], ['m']),
        node('Relu', ['m'], ['n']),
        node('Add', ['m', 'n'], ['logits']),
      ],
    ],
  ])('not %s', async (_, behind) => {
    expect(await opposed(classifier(behind, 1))).toBeNull();
  });
});
