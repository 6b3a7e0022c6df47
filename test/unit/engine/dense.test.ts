// Networks of dense layers alone: nothing between the picture and the logits has places, so the pixels are explained.
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { int64Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import { call } from './calls.js';
import { array, engine, expectNear, explain, logitsOf, saved } from './explaining.js';
import { constant, graphOf, node, numbers } from './graphs.js';

const SHAPE = [1, 3, 4, 5];
const WEIGHTS = [numbers([60, 9], 1), numbers([9, 7], 2), numbers([7, 4], 3)];
const BIASES = [numbers([9], 4, 0, 2), numbers([7], 5, 0, 2), numbers([4], 6)];

function dense(shape: readonly number[], before: readonly Node[] = []): Graph {
  const shaped = before.at(-1)?.outputs[0] ?? 'x';
  const nodes = [
    ...before,
    node('Flatten', [shaped], ['flat']),
    node('Gemm', ['flat', 'w0', 'b0'], ['h0']),
    node('Relu', ['h0'], ['a0']),
    node('Gemm', ['a0', 'w1', 'b1'], ['h1']),
    node('Relu', ['h1'], ['a1']),
    node('Gemm', ['a1', 'w2', 'b2'], ['logits']),
  ];
  const parameters = [WEIGHTS, BIASES].flatMap((all, kind) =>
    all.map((each, index) => [`${'wb'.charAt(kind)}${index}`, constant(each)] as const),
  );
  const picture = int64Tensor([1, 3, 4, 5]);
  return graphOf(shape, nodes, { ...Object.fromEntries(parameters), picture });
}

/** Values of a pixel run, per channel, from −mean / std to (1 − mean) / std. */
const SETTINGS = { range: [0, 1], mean: [0.5, 0.25, 0.4], std: [0.5, 0.25, 0.2] } as const;
const bound = (value: number): readonly number[] =>
  Array.from({ length: 60 }, (_, i) => {
    const channel = Math.floor(i / 20);
    return (value - (SETTINGS.mean[channel] ?? 0)) / (SETTINGS.std[channel] ?? 1);
  });
const [LOW, HIGH] = [bound(0), bound(1)];
const INPUT = numbers([60], 7, 0, 1).data.map((share, i) => {
  const [low = 0, high = 0] = [LOW[i], HIGH[i]];
  return low + share * (high - low);
});

const weight = (layer: number, from: number, to: number): number => {
  const { dims = [], data = [] } = WEIGHTS[layer] ?? {};
  return data[from * (dims[1] ?? 0) + to] ?? NaN;
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What every dense layer takes, and at last the logits. */
function forward(): readonly (readonly number[])[] {
  return WEIGHTS.reduce<readonly (readonly number[])[]>(
    (taken, _, layer) => {
      const x = taken.at(-1) ?? [];
      const y = (BIASES[layer]?.data ?? []).map((b, j) => b + sum(x.map((v, i) => v * weight(layer, i, j))));
      return [...taken, layer === 2 ? y : y.map((v) => Math.max(v, 0))];
    },
    [INPUT],
  );
}

/** Relevance of what a layer takes: each output's is shared out by what each input contributes to it. */
function shared(
  relevance: readonly number[],
  count: number,
  part: (i: number, j: number) => number,
): number[] {
  const totals = relevance.map((_, j) => sum(Array.from({ length: count }, (__, i) => part(i, j))));
  return Array.from({ length: count }, (_, i) =>
    sum(relevance.map((r, j) => (totals[j] ? (part(i, j) / totals[j]) * r : 0))),
  );
}

/** Relevance of the pixels by the z⁺ rule, and by the zᴮ rule at the pixels themselves. */
function naive(seed: readonly number[]): readonly number[] {
  const [, a0 = [], a1 = []] = forward();
  const positive = (layer: number, i: number, j: number): number => Math.max(weight(layer, i, j), 0);
  const second = shared(seed, a1.length, (i, j) => (a1[i] ?? 0) * positive(2, i, j));
  const first = shared(second, a0.length, (i, j) => (a0[i] ?? 0) * positive(1, i, j));
  const pixels = shared(first, INPUT.length, (i, j) => {
    const w = weight(0, i, j);
    return (INPUT[i] ?? 0) * w - (w > 0 ? (LOW[i] ?? 0) : (HIGH[i] ?? 0)) * w;
  });
  // A map has one value for each place.
  return Array.from({ length: 20 }, (_, place) => sum([0, 20, 40].map((at) => pixels[at + place] ?? NaN)));
}

function explained(
  name: string,
  graph: Graph,
  shape: readonly number[],
  method: MethodId,
): Promise<Explanation> {
  return explain(saved(name, graph), array(name, shape, INPUT), { settings: SETTINGS, method });
}

const FORMS: readonly (readonly [string, readonly number[], Graph])[] = [
  ['dense', SHAPE, dense(SHAPE)],
  ['flat', [1, 60], dense([1, 60], [node('Reshape', ['x', 'picture'], ['n'])])],
];

describe.each(FORMS)('a network without feature maps: %s', (name, shape, graph) => {
  test.each(['lrp', 'clrp'] as const)('is explained at its pixels by %s', async (method) => {
    const found = await explained(name, graph, shape, method);
    const logits = forward().at(-1) ?? [];
    expectNear(logitsOf(found), logits, 1e-4);
    const { index } = found.target;
    const z = logits[index] ?? NaN;
    const others = method === 'lrp' ? 0 : -Math.abs(z) / (logits.length - 1);
    const seed = logits.map((_, n) => (n === index ? (method === 'lrp' ? z : Math.abs(z)) : others));
    const [pixels, ...rest] = found.layers;
    expect(rest).toEqual([]);
    expect(pixels).toMatchObject({ tensor: 'x', height: 4, width: 5 });
    expectNear([...(pixels?.map ?? [])], naive(seed), 1e-4);
    expect(pixels?.relevanceSum).toBeCloseTo(method === 'lrp' ? 1 : 0, 4);
    expect(found.blocked).toEqual([]);
  });

  test.each(['relevance-cam', 'grad-cam', 'score-cam'] as const)(
    'is answered, not explained, by %s',
    async (method) => {
      const found = await explained(name, graph, shape, method);
      expectNear(logitsOf(found), forward().at(-1) ?? [], 1e-4);
      expect(found.layers).toEqual([]);
      expect(found.blocked).toEqual([{ tensor: 'x', blockedBy: { op: '', node: 'x', reason: 'pixels' } }]);
    },
  );

  test('has no layers', async () => {
    const info = await engine.open({ model: saved(name, graph), settings: SETTINGS }, call());
    expect([info.layers, info.tree]).toEqual([[], []]);
    expect(info.operators.every(({ covered }) => covered)).toBe(true);
  });
});
