// Activations and softmax as exporters write them out, against the operators that they are.
import fc from 'fast-check';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';

import type { Attributes } from '../../../src/engine/onnx/builder.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Canoniser } from '../../../src/engine/prepare/canonise/canonisable.js';
import { joinActivations } from '../../../src/engine/prepare/canonise/joinActivations.js';
import { joinSoftmax } from '../../../src/engine/prepare/canonise/joinSoftmax.js';
import { standardNames } from '../../../src/engine/prepare/canonise/standardNames.js';
import { findShapes } from '../../../src/engine/prepare/shapes.js';
import { graphOf, node, numbers, run } from './graphs.js';
import { expectClose } from './rules/check.js';

const DIMS = [1, 3, 4];
const X = numbers(DIMS, 2, -6, 6);

const scalars = (values: Readonly<Record<string, number>>): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, floatTensor([value], [])]));

const CONSTANTS: Readonly<Record<string, Tensor>> = {
  ...scalars({ half: 0.5, one: 1, two: 2, three: 3, six: 6, zero: 0, minusOne: -1, tenth: 0.1, twenty: 20 }),
  ...scalars({ root2: Math.SQRT2, inverseRoot2: Math.SQRT1_2, cubic: 0.044715, slope: 1.702 }),
  ...scalars({ rootOf2OverPi: Math.sqrt(2 / Math.PI), sixth: 1 / 6, fifth: 0.2, small: 0.25 }),
  axes: int64Tensor([-1]),
  all: int64Tensor([0, 1, 2]),
  apart: int64Tensor([0, 2]),
};

const erf = [node('Div', ['x', 'root2'], ['scaled']), node('Erf', ['scaled'], ['erf'])];
const cube = [
  node('Pow', ['x', 'three'], ['cube']),
  node('Mul', ['cube', 'cubic'], ['bent']),
  node('Add', ['x', 'bent'], ['inner']),
  node('Mul', ['inner', 'rootOf2OverPi'], ['scaled']),
  node('Tanh', ['scaled'], ['tanh']),
  node('Add', ['tanh', 'one'], ['plus']),
];
const sixParts = [
  node('Add', ['x', 'three'], ['shifted']),
  node('Clip', ['shifted', 'zero', 'six'], ['clip']),
];

const SPELLINGS: readonly (readonly [string, string, readonly Node[], Attributes?])[] = [
  [
    'GELU, PyTorch: x (1 + erf(x/√2)) · ½',
    'Gelu',
    [
      ...erf,
      node('Add', ['erf', 'one'], ['plus']),
      node('Mul', ['x', 'plus'], ['product']),
      node('Mul', ['product', 'half'], ['y']),
    ],
  ],
  [
    'GELU, Keras: ½ x · (1 + erf(x · 1/√2))',
    'Gelu',
    [
      node('Mul', ['half', 'x'], ['halved']),
      node('Mul', ['x', 'inverseRoot2'], ['scaled']),
      node('Erf', ['scaled'], ['erf']),
      node('Add', ['one', 'erf'], ['plus']),
      node('Mul', ['halved', 'plus'], ['y']),
    ],
  ],
  [
    'GELU, by erfc: ½ x · (1 − erf(−x/√2))',
    'Gelu',
    [
      node('Neg', ['x'], ['minus']),
      node('Div', ['minus', 'root2'], ['scaled']),
      node('Erf', ['scaled'], ['erf']),
      node('Sub', ['one', 'erf'], ['rest']),
      node('Mul', ['x', 'half'], ['halved']),
      node('Mul', ['halved', 'rest'], ['y']),
    ],
  ],
  [
    'GELU by tanh',
    'Gelu',
    [...cube, node('Mul', ['half', 'x'], ['halved']), node('Mul', ['halved', 'plus'], ['y'])],
    { approximate: { type: 'string', value: 'tanh' } },
  ],
  [
    'GELU by tanh, halved first',
    'Gelu',
    [...cube, node('Mul', ['plus', 'half'], ['gate']), node('Mul', ['x', 'gate'], ['y'])],
    { approximate: { type: 'string', value: 'tanh' } },
  ],
  [
    'x σ(1.702 x)',
    'Swish',
    [
      node('Mul', ['x', 'slope'], ['scaled']),
      node('Sigmoid', ['scaled'], ['gate']),
      node('Mul', ['x', 'gate'], ['y']),
    ],
  ],
  ['SiLU', 'Swish', [node('Sigmoid', ['x'], ['gate']), node('Mul', ['gate', 'x'], ['y'])]],
  [
    'SiLU: x / (1 + e⁻ˣ)',
    'Swish',
    [
      node('Neg', ['x'], ['minus']),
      node('Exp', ['minus'], ['e']),
      node('Add', ['e', 'one'], ['sum']),
      node('Div', ['x', 'sum'], ['y']),
    ],
  ],
  [
    'HardSwish: x · relu6(x + 3) / 6',
    'HardSwish',
    [...sixParts, node('Mul', ['x', 'clip'], ['product']), node('Div', ['product', 'six'], ['y'])],
  ],
  [
    'HardSwish: x · (relu6(x + 3) · ⅙)',
    'HardSwish',
    [...sixParts, node('Mul', ['clip', 'sixth'], ['gate']), node('Mul', ['gate', 'x'], ['y'])],
  ],
  [
    'HardSwish: x · HardSigmoid',
    'HardSwish',
    [
      node('HardSigmoid', ['x'], ['gate'], {
        alpha: { type: 'float', value: 1 / 6 },
        beta: { type: 'float', value: 0.5 },
      }),
      node('Mul', ['x', 'gate'], ['y']),
    ],
  ],
  [
    'Mish',
    'Mish',
    [node('Softplus', ['x'], ['soft']), node('Tanh', ['soft'], ['gate']), node('Mul', ['x', 'gate'], ['y'])],
  ],
  [
    'Mish: softplus in parts',
    'Mish',
    [
      node('Exp', ['x'], ['e']),
      node('Add', ['e', 'one'], ['sum']),
      node('Log', ['sum'], ['soft']),
      node('Tanh', ['soft'], ['gate']),
      node('Mul', ['gate', 'x'], ['y']),
    ],
  ],
  [
    'sigmoid in parts',
    'Sigmoid',
    [
      node('Neg', ['x'], ['minus']),
      node('Exp', ['minus'], ['e']),
      node('Add', ['one', 'e'], ['sum']),
      node('Reciprocal', ['sum'], ['y']),
    ],
  ],
  ['HardSigmoid: relu6(x + 3) / 6', 'HardSigmoid', [...sixParts, node('Div', ['clip', 'six'], ['y'])]],
  [
    'HardSigmoid, Keras 2: clip(0.2 x + ½)',
    'HardSigmoid',
    [
      node('Mul', ['x', 'fifth'], ['scaled']),
      node('Add', ['scaled', 'half'], ['shifted']),
      node('Clip', ['shifted', 'zero', 'one'], ['y']),
    ],
  ],
  [
    'LeakyRelu: max(x, 0.1 x)',
    'LeakyRelu',
    [node('Mul', ['x', 'tenth'], ['scaled']), node('Max', ['x', 'scaled'], ['y'])],
  ],
  [
    'Elu: x where x > 0, else ¼ (eˣ − 1)',
    'Elu',
    [
      node('Greater', ['x', 'zero'], ['above']),
      node('Exp', ['x'], ['e']),
      node('Sub', ['e', 'one'], ['less']),
      node('Mul', ['less', 'small'], ['scaled']),
      node('Where', ['above', 'x', 'scaled'], ['y']),
    ],
  ],
];

async function canonised(
  canoniser: Canoniser,
  nodes: readonly Node[],
  opsets: Graph['opsets'] = new Map(),
): Promise<readonly [Graph, Graph]> {
  const plain = graphOf(DIMS, nodes, CONSTANTS);
  const graph = { ...plain, opsets: new Map([...plain.opsets, ...opsets]) };
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  return [graph, canoniser({ graph, image: 'x', shapes }).graph];
}

const operators = ({ nodes }: Graph): readonly string[] => nodes.map(({ op }) => op);

async function expectSameValues(a: Graph, b: Graph, tolerance = 2e-6): Promise<void> {
  const [found, expected] = [(await run(a, { x: X })).get('y'), (await run(b, { x: X })).get('y')];
  if (found === undefined || expected === undefined) throw new Error('no output');
  expectClose(found, expected, tolerance);
}

const CASES = SPELLINGS.map(([name, op, nodes, attributes = {}]) => ({ name, op, nodes, attributes }));

describe.each(CASES)('$name', ({ op, nodes, attributes }) => {
  test(`is one ${op}`, async () => {
    const [written, graph] = await canonised(joinActivations, nodes);
    expect(operators(graph)).toEqual([op]);
    expect(Object.fromEntries(graph.nodes[0]?.attributes ?? [])).toMatchObject(attributes);
    expect(graph.nodes[0]?.inputs).toEqual(['x']);
    await expectSameValues(graph, written);
  });

  test('with the operands of sums and products in any order', async () => {
    const turn = (each: Node, isTurned: boolean): Node =>
      isTurned && (each.op === 'Add' || each.op === 'Mul' || each.op === 'Max')
        ? { ...each, inputs: each.inputs.toReversed() }
        : each;
    const turns = fc.array(fc.boolean(), { minLength: nodes.length, maxLength: nodes.length });
    await fc.assert(
      fc.asyncProperty(turns, async (turned) => {
        const [, graph] = await canonised(
          joinActivations,
          nodes.map((each, index) => turn(each, turned[index] ?? false)),
        );
        expect(operators(graph)).toEqual([op]);
      }),
      { numRuns: 4 },
    );
  });
});

test.each<[string, readonly Node[]]>([
  [
    'a gate of another tensor',
    [
      node('Relu', ['x'], ['a']),
      node('Softmax', ['x'], ['b']),
      node('Sigmoid', ['b'], ['g']),
      node('Mul', ['a', 'g'], ['y']),
    ],
  ],
  [
    'a part that others read',
    [node('Sigmoid', ['x'], ['g']), node('Mul', ['x', 'g'], ['a']), node('Add', ['a', 'g'], ['y'])],
  ],
  [
    'another constant',
    [
      ...erf,
      node('Add', ['erf', 'half'], ['plus']),
      node('Mul', ['x', 'plus'], ['product']),
      node('Mul', ['product', 'half'], ['y']),
    ],
  ],
  ['a Relu with a limit far out', [node('Relu', ['x'], ['a']), node('Clip', ['a', 'zero', 'far'], ['y'])]],
])('%s makes no activation', async (_, nodes) => {
  const constants = { ...CONSTANTS, far: floatTensor([100], []) };
  const graph = graphOf(DIMS, nodes, constants);
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  expect(operators(joinActivations({ graph, image: 'x', shapes }).graph)).toEqual(operators(graph));
});

test('an output of the file stays', async () => {
  const plain = graphOf(DIMS, [node('Sigmoid', ['x'], ['g']), node('Mul', ['x', 'g'], ['y'])]);
  const graph = { ...plain, outputs: ['g', 'y'].map((name) => ({ name, dataType: 1, shape: null })) };
  const shapes = await findShapes(graph, 'test graph', tmpdir());
  expect(operators(joinActivations({ graph, image: 'x', shapes }).graph)).toEqual(['Sigmoid', 'Mul']);
});

const keep: Attributes = { keepdims: { type: 'int', value: 1 } };
const exponentials = [node('Exp', ['x'], ['e']), node('ReduceSum', ['e', 'axes'], ['sum'], keep)];
const shifted = [
  node('ReduceMax', ['x', 'axes'], ['largest'], keep),
  node('Sub', ['x', 'largest'], ['less']),
  node('Exp', ['less'], ['e']),
  node('ReduceSum', ['e', 'axes'], ['sum'], keep),
];

test.each<[string, string, readonly Node[]]>([
  ['e / Σ e', 'Softmax', [...exponentials, node('Div', ['e', 'sum'], ['y'])]],
  ['less the largest', 'Softmax', [...shifted, node('Div', ['e', 'sum'], ['y'])]],
  [
    'by a reciprocal',
    'Softmax',
    [...shifted, node('Reciprocal', ['sum'], ['r']), node('Mul', ['r', 'e'], ['y'])],
  ],
  [
    'exp(x − log Σ e)',
    'Softmax',
    [
      node('ReduceLogSumExp', ['x', 'axes'], ['l'], keep),
      node('Sub', ['x', 'l'], ['d']),
      node('Exp', ['d'], ['y']),
    ],
  ],
  [
    'x − log Σ e',
    'LogSoftmax',
    [...exponentials, node('Log', ['sum'], ['l']), node('Sub', ['x', 'l'], ['y'])],
  ],
  [
    'x − max − log Σ e',
    'LogSoftmax',
    [...shifted, node('Log', ['sum'], ['l']), node('Sub', ['less', 'l'], ['y'])],
  ],
])('softmax: %s', async (_, op, nodes) => {
  const [written, graph] = await canonised(joinSoftmax, nodes);
  expect(operators(graph)).toEqual([op]);
  await expectSameValues(graph, written);
});

test.each<[string, readonly Node[]]>([
  [
    'over several axes',
    [
      node('Exp', ['x'], ['e']),
      node('ReduceSum', ['e', 'apart'], ['sum'], keep),
      node('Div', ['e', 'sum'], ['y']),
    ],
  ],
  [
    'of two tensors',
    [
      node('Relu', ['x'], ['r']),
      node('Exp', ['r'], ['f']),
      ...exponentials,
      node('Div', ['f', 'sum'], ['y']),
    ],
  ],
  [
    'with exponentials that others read',
    [...exponentials, node('Div', ['e', 'sum'], ['q']), node('Add', ['q', 'e'], ['y'])],
  ],
])('a quotient %s is no softmax', async (_, nodes) => {
  const [written, graph] = await canonised(joinSoftmax, nodes);
  expect(operators(graph)).toEqual(operators(written));
});

test.each<[string, readonly string[], Attributes, readonly string[]]>([
  ['Gelu', [], {}, ['Gelu']],
  ['FastGelu', [], {}, ['Gelu']],
  ['BiasGelu', ['bias'], {}, ['Add', 'Gelu']],
  ['QuickGelu', [], { alpha: { type: 'float', value: 1.5 } }, ['Swish']],
])("ONNX Runtime's own %s", async (op, inputs, attributes, expected) => {
  const own = { ...node(op, ['x', ...inputs], ['y'], attributes), domain: 'com.microsoft' };
  const plain = graphOf(DIMS, [own], { bias: floatTensor([0.1, 0.2, -0.3, 0.4], [4]) });
  const graph = { ...plain, opsets: new Map([...plain.opsets, ['com.microsoft', 1] as const]) };
  const shapes = new Map([
    ['x', DIMS],
    ['y', DIMS],
  ]);
  const renamed = standardNames({ graph, image: 'x', shapes });
  expect(renamed.graph.nodes.map(({ domain }) => domain).join('')).toBe('');
  expect(operators(renamed.graph)).toEqual(expected);
  for (const { outputs } of renamed.graph.nodes) expect(renamed.shapes.get(outputs[0] ?? '')).toEqual(DIMS);
  await expectSameValues(renamed.graph, graph);
});
