import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType } from '../../../src/engine/onnx/tensor.js';
import { spellOutAttention } from '../../../src/engine/prepare/canonise/attention.js';
import { constant, graphOf, node, numbers, run } from './graphs.js';
import { expectClose } from './rules/check.js';

const int = (value: number) => ({ type: 'int', value }) as const;
const float = (value: number) => ({ type: 'float', value }) as const;

/** Attention of 5 queries to 7 keys, which are other projections of the picture, by ONNX Runtime's own operator. */
function attention(dims: readonly number[], inputs: readonly string[], attributes: Attributes): Graph {
  const width = dims.at(-1) ?? 1;
  const grid = [...dims.slice(0, -2), 7];
  const constants = {
    rows: constant(numbers([...grid, dims.at(-2) ?? 1], 1)),
    k: constant(numbers([width, width], 2)),
    v: constant(numbers([width, width], 3)),
    mask: constant(numbers([5, 7], 4)),
  };
  const nodes = [
    node('MatMul', ['rows', 'x'], ['context']),
    node('MatMul', ['context', 'k'], ['key']),
    node('MatMul', ['context', 'v'], ['value']),
    node('Attention', inputs, ['y'], attributes),
  ];
  return graphOf(dims, nodes, constants, 23);
}

const operators = (graph: Graph): readonly string[] => graph.nodes.map(({ op }) => op);

describe('Attention-23 written out', () => {
  test.each<{ what: string; dims: readonly number[]; inputs?: readonly string[]; attributes?: Attributes }>([
    { what: 'by head', dims: [1, 2, 5, 4] },
    { what: 'with a scale', dims: [1, 2, 5, 4], attributes: { scale: float(0.3) } },
    { what: 'with a mask', dims: [2, 2, 5, 4], inputs: ['x', 'key', 'value', 'mask'] },
    {
      what: 'heads side by side',
      dims: [2, 5, 6],
      attributes: { q_num_heads: int(3), kv_num_heads: int(3) },
    },
  ])(
    '$what: the values of the operator',
    async ({ dims, inputs = ['x', 'key', 'value'], attributes = {} }) => {
      const graph = attention(dims, inputs, attributes);
      const written = spellOutAttention(graph);
      expect(operators(written)).toContain('Softmax');
      expect(operators(written)).not.toContain('Attention');
      const x = numbers(dims, 5);
      const [expected, found] = [await run(graph, { x }), await run(written, { x })];
      const [of, is] = [expected.get('y'), found.get('y')];
      if (of === undefined || is === undefined) throw new Error('no result');
      expectClose(is, of, 1e-5);
    },
  );

  test.each<{ what: string; change: (graph: Graph) => Graph }>([
    { what: 'causal', change: (graph) => withAttribute(graph, { is_causal: int(1) }) },
    { what: 'with a soft cap', change: (graph) => withAttribute(graph, { softcap: float(5) }) },
    {
      what: 'with fewer heads of keys',
      change: (graph) => withAttribute(graph, { q_num_heads: int(4), kv_num_heads: int(2) }),
    },
    {
      what: 'with a Boolean mask',
      change: (graph) => ({
        ...graph,
        initializers: new Map([
          ...graph.initializers,
          ['mask', { dataType: DataType.BOOL, dims: [1], bytes: new Uint8Array(1) }],
        ]),
      }),
    },
    { what: 'of an older opset', change: (graph) => ({ ...graph, opsets: new Map([['', 22]]) }) },
  ])('$what it stays', ({ change }) => {
    const graph = change(attention([1, 2, 5, 4], ['x', 'key', 'value', 'mask'], {}));
    expect(operators(spellOutAttention(graph))).toEqual(operators(graph));
  });
});

function withAttribute(graph: Graph, attributes: Attributes): Graph {
  const change = { attributes: new Map(Object.entries(attributes)) };
  return {
    ...graph,
    nodes: graph.nodes.map((each) => (each.op === 'Attention' ? { ...each, ...change } : each)),
  };
}
