// Operators that are short for several: what ONNX Runtime's optimiser joins, norms, heads of scikit-learn. Each answers, and
// is explained, as the parts written out.
import { describe, expect, test } from 'vitest';

import type { Attribute, Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { array, explain, expectNear, logitsOf, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { correlation } from './statistics.js';

const CONSTANTS: Readonly<Record<string, Tensor>> = {
  w: constant(numbers([6, 3, 3, 3], 1)),
  w2: constant(numbers([6, 6], 2)),
  fc: constant(numbers([4, 6], 3)),
  bias: constant(numbers([4], 4)),
  six: constant(numbers([6], 5)),
  gamma: constant(numbers([6], 6, 0.5, 1.5)),
  z: constant(numbers([1, 6, 6, 6], 7)),
  half: floatTensor([0.5], []),
  zero: floatTensor([0], []),
  least: floatTensor([0.0001], []),
  cap: floatTensor([1.5], []),
  rows: int64Tensor([1, 6, -1]),
  one: int64Tensor([1]),
  last: int64Tensor([-1]),
};

const int = (value: number) => ({ type: 'int', value }) as const;
const ints = (...value: readonly number[]) => ({ type: 'ints', value }) as const;
const float = (value: number) => ({ type: 'float', value }) as const;
const floats = (value: readonly number[]) => ({ type: 'floats', value }) as const;
const text = (value: string) => ({ type: 'string', value }) as const;

const within = (domain: string, given: Node): Node => ({ ...given, domain });
const runtime = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Node => within('com.microsoft', node(op, inputs, [output], attributes));
const classical = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Node => within('ai.onnx.ml', node(op, inputs, [output], attributes));

const conv = node('Conv', ['x', 'w'], ['c']);
const relu = node('Relu', ['c'], ['r']);
const pooled = [node('GlobalAveragePool', ['r'], ['p']), node('Flatten', ['p'], ['f'])];
const gemm = node('Gemm', ['f', 'fc', 'bias'], ['logits'], { transB: int(1) });
const dense = node('Gemm', ['f', 'w2'], ['h0']);
const tokens = [
  node('Reshape', ['r', 'rows'], ['laid']),
  node('Transpose', ['laid'], ['t'], { perm: ints(0, 2, 1) }),
];
const ofTokens = [node('ReduceMean', ['n', 'one'], ['f'], { keepdims: int(0) }), gemm];
const values = (name: string): readonly number[] =>
  Array.from(new Float32Array(CONSTANTS[name]?.bytes.slice().buffer ?? new ArrayBuffer(0)));

const CASES: Readonly<Record<string, { readonly short: readonly Node[]; readonly plain: readonly Node[] }>> =
  {
    'FusedConv with Relu': {
      short: [runtime('FusedConv', ['x', 'w'], 'r', { activation: text('Relu') }), ...pooled, gemm],
      plain: [conv, relu, ...pooled, gemm],
    },
    'FusedConv with LeakyRelu and a sum': {
      short: [
        runtime('FusedConv', ['x', 'w', 'six', 'z'], 'r', {
          activation: text('LeakyRelu'),
          activation_params: floats([0.1]),
        }),
        ...pooled,
        gemm,
      ],
      plain: [
        node('Conv', ['x', 'w', 'six'], ['c']),
        node('Add', ['c', 'z'], ['s']),
        node('LeakyRelu', ['s'], ['r'], { alpha: float(0.1) }),
        ...pooled,
        gemm,
      ],
    },
    'FusedConv with Clip': {
      short: [
        runtime('FusedConv', ['x', 'w'], 'r', {
          activation: text('Clip'),
          activation_params: floats([0, 1.5]),
        }),
        ...pooled,
        gemm,
      ],
      plain: [conv, node('Clip', ['c', 'zero', 'cap'], ['r']), ...pooled, gemm],
    },
    FusedGemm: {
      short: [
        ...[conv, relu, ...pooled],
        runtime('FusedGemm', ['f', 'w2'], 'h', {
          activation: text('LeakyRelu'),
          activation_alpha: float(0.2),
        }),
        { ...gemm, inputs: ['h', 'fc', 'bias'] },
      ],
      plain: [
        ...[conv, relu, ...pooled, dense],
        node('LeakyRelu', ['h0'], ['h'], { alpha: float(0.2) }),
        { ...gemm, inputs: ['h', 'fc', 'bias'] },
      ],
    },
    FusedMatMul: {
      short: [
        ...[conv, relu, ...pooled],
        runtime('FusedMatMul', ['f', 'fc'], 'logits', { transB: int(1), alpha: float(0.5) }),
      ],
      plain: [
        ...[conv, relu, ...pooled],
        node('Gemm', ['f', 'fc'], ['logits'], { transB: int(1), alpha: float(0.5) }),
      ],
    },
    SkipLayerNormalization: {
      short: [
        conv,
        relu,
        ...tokens,
        runtime('SkipLayerNormalization', ['t', 't', 'gamma', 'six'], 'n'),
        ...ofTokens,
      ],
      plain: [
        ...[conv, relu, ...tokens, node('Add', ['t', 't'], ['s'])],
        node('LayerNormalization', ['s', 'gamma', 'six'], ['n'], { epsilon: float(1e-12) }),
        ...ofTokens,
      ],
    },
    LpNormalization: {
      short: [
        conv,
        relu,
        ...pooled,
        node('LpNormalization', ['f'], ['n'], { axis: int(1), p: int(2) }),
        { ...gemm, inputs: ['n', 'fc', 'bias'] },
      ],
      plain: [
        ...[conv, relu, ...pooled, node('ReduceL2', ['f', 'last'], ['l'])],
        node('Div', ['f', 'l'], ['n']),
        { ...gemm, inputs: ['n', 'fc', 'bias'] },
      ],
    },
    'Imputer, FeatureVectorizer, LinearRegressor': {
      short: [
        ...[conv, relu, ...pooled],
        classical('Imputer', ['f'], 'i', {
          imputed_value_floats: floats([0]),
          replaced_value_float: float(NaN),
        }),
        classical('FeatureVectorizer', ['i'], 'v', { inputdimensions: ints(6) }),
        classical('LinearRegressor', ['v'], 'logits', {
          coefficients: floats(values('fc')),
          intercepts: floats(values('bias')),
          targets: int(4),
        }),
      ],
      plain: [conv, relu, ...pooled, gemm],
    },
  };

function written(name: string, nodes: readonly Node[], constants = CONSTANTS): string {
  const graph: Graph = graphOf([1, 3, 8, 8], nodes, constants);
  const domains = [
    ['com.microsoft', 1],
    ['ai.onnx.ml', 3],
  ] as const;
  return saved(name, { ...graph, opsets: new Map([...graph.opsets, ...domains]) });
}

describe('products of whole numbers that end as floats', () => {
  const steps = Array.from({ length: 24 }, (_, index) => ((index * 37) % 200) - 100);
  const whole: Tensor = {
    dataType: DataType.INT8,
    dims: [6, 4],
    bytes: Uint8Array.from(steps, (v) => v & 0xff),
  };
  const weights = floatTensor(
    steps.map((step) => step * 0.01),
    [6, 4],
  );
  const rounding: Node = {
    ...node('DynamicQuantizeLinear', ['f'], ['q']),
    outputs: ['q', 'scale', 'middle'],
  };

  test.each([
    ['DynamicQuantizeMatMul', [runtime('DynamicQuantizeMatMul', ['f', 'b', 'size', '', 'bias'], 'logits')]],
    [
      'MatMulIntegerToFloat',
      [
        rounding,
        runtime('MatMulIntegerToFloat', ['q', 'b', 'scale', 'size', 'middle', '', 'bias'], 'logits'),
      ],
    ],
  ])('%s', async (name, last) => {
    const x = numbers([1, 3, 8, 8], 8);
    const input = array('x', x.dims, x.data);
    const constants = { ...CONSTANTS, b: whole, size: floatTensor([0.01], []), weights };
    const plain = [node('MatMul', ['f', 'weights'], ['m']), node('Add', ['m', 'bias'], ['logits'])];
    const [found, expected] = [
      await explain(written(name, [conv, relu, ...pooled, ...last], constants), input, { target: 0 }),
      await explain(written(`${name}, plain`, [conv, relu, ...pooled, ...plain], constants), input, {
        target: 0,
      }),
    ];
    // The file's own answer is rounded, and its explanation is not.
    expectNear(logitsOf(found), logitsOf(expected), 0.02);
    const mapOf = ({ layers }: Explanation) => layers.find(({ tensor }) => tensor === 'r')?.map ?? [];
    expect(correlation(mapOf(found), mapOf(expected))).toBeGreaterThan(0.99999);
  });
});

describe('what is short for several operators is explained as they are', () => {
  test.each(Object.entries(CASES))('%s', async (name, { short, plain }) => {
    const x = numbers([1, 3, 8, 8], 8);
    const input = array('x', x.dims, x.data);
    const [found, expected] = [
      await explain(written(name, short), input, { target: 0 }),
      await explain(written(`${name}, plain`, plain), input, { target: 0 }),
    ];
    expectNear(logitsOf(found), logitsOf(expected), 1e-5);
    expect(found.blocked).toEqual([]);
    const maps = (all: Explanation) => new Map(all.layers.map(({ tensor, map }) => [tensor, map]));
    const [ours, theirs] = [maps(found), maps(expected)];
    expect(ours.has('r')).toBe(true);
    for (const [tensor, map] of ours)
      expect(correlation(map, theirs.get(tensor) ?? new Float32Array()), tensor).toBeGreaterThan(0.99999);
  });
});
