import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { blockedSentences } from '../../../src/cli/blocked.js';
import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { DataType, type Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { METHOD_FACTS, METHODS, type MethodId } from '../../../src/protocol/methods.js';
import { call } from './calls.js';
import { constant, graphOf, node, numbers, run, type Values } from './graphs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-not-finite-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const X = numbers([1, 3, 8, 8], 9);
const [CHANNELS, CLASSES] = [4, 3];

/** Which of the weights are scaled, and by what. */
interface Scales {
  readonly first?: number;
  readonly classifier?: number;
}

/** Conv `early` → Tanh `bounded` → Conv `late` → Tanh `between` → Relu `last` → global average → Gemm. */
function network({ first = 1, classifier = 1 }: Scales): Graph {
  const scaled = ({ dims, data }: Values, scale: number): Tensor =>
    constant({ dims, data: data.map((value) => value * scale) });
  return graphOf(
    X.dims,
    [
      node('Conv', ['x', 'w1'], ['early']),
      node('Tanh', ['early'], ['bounded']),
      node('Conv', ['bounded', 'w2'], ['late']),
      node('Tanh', ['late'], ['between']),
      node('Relu', ['between'], ['last']),
      node('GlobalAveragePool', ['last'], ['pooled']),
      node('Flatten', ['pooled'], ['flat']),
      node('Gemm', ['flat', 'fc'], ['logits']),
    ],
    {
      w1: scaled(numbers([CHANNELS, 3, 3, 3], 1), first),
      w2: constant(numbers([CHANNELS, CHANNELS, 3, 3], 2)),
      fc: scaled(numbers([CHANNELS, CLASSES], 3), classifier),
    },
  );
}

function request(
  graph: Graph,
  x: Values = X,
): {
  readonly model: string;
  readonly source: { readonly kind: 'array'; readonly path: string };
  readonly settings: object;
  readonly top: number;
} {
  const [model, input] = [path.join(folder, 'model.onnx'), path.join(folder, 'x.npy')];
  writeFileSync(model, writeModel(graph, Infinity).bytes);
  writeFileSync(input, formatNpy({ shape: x.dims, values: Float32Array.from(x.data) }));
  return { model, source: { kind: 'array', path: input }, settings: {}, top: 2 };
}

async function explain(graph: Graph, methods: readonly MethodId[]): Promise<readonly Explanation[]> {
  const all = { ...request(graph), methods, targets: [null], layers: null, carried: true };
  return engine.compare(all, call());
}

function numbersOf({ layers, values }: Explanation): readonly number[] {
  const arrays = layers.flatMap(({ map, weights, top, relevanceSum }) => [
    ...[map, weights ?? [], relevanceSum === null ? [] : [relevanceSum]],
    ...top.flatMap(({ weight, activation, carried }) => [[weight], activation, carried ?? []]),
  ]);
  return [values, ...arrays].flatMap((values) => Array.from(values));
}

/** Layers that are refused, after a check that all others are there and hold nothing but numbers. */
async function refused(scales: Scales, method: MethodId): Promise<readonly string[]> {
  const [explanation] = await explain(network(scales), [method]);
  const [whole] = await explain(network({}), [method]);
  if (explanation === undefined || whole === undefined) throw new Error('no explanation');
  const found = explanation.blocked.flatMap(({ tensor, blockedBy }) =>
    blockedBy.reason === 'notFinite' ? tensor : [],
  );
  const others = whole.layers.map(({ tensor }) => tensor).filter((tensor) => !found.includes(tensor));
  expect(others.length).toBeGreaterThan(0);
  expect(explanation.layers.map(({ tensor }) => tensor)).toEqual(others);
  expect(numbersOf(explanation).every(Number.isFinite)).toBe(true);
  return found;
}

describe('an explanation overflows where the model does not', () => {
  const scales = { classifier: 1.6e38 };

  test('the premise: weights, activations and logits are numbers', async () => {
    const graph = network(scales);
    const outputs = graph.nodes.flatMap(({ outputs: [name = ''] }) => [
      { name, dataType: DataType.FLOAT, shape: null },
    ]);
    for (const { data } of (await run({ ...graph, outputs }, { x: X })).values())
      expect(data.every(Number.isFinite)).toBe(true);
  });

  test.each<[MethodId, readonly string[]]>([
    ['relevance-cam', ['late']],
    ['grad-cam', []],
    ['lrp', []],
  ])('by %s in the layers %s', async (method, expected) => {
    expect(await refused(scales, method)).toEqual(expected);
  });
});

describe('a layer overflows, and a bounded function follows', () => {
  const scales = { first: 1e38 };

  test.each(METHODS)('%s refuses that layer and explains the others', async (method) => {
    const ofMethod = METHOD_FACTS[method].pixels ? ['x', 'early'] : ['early'];
    expect(await refused(scales, method)).toEqual(method === 'cam' ? [] : ofMethod);
  });

  test('who asks for that layer alone is told in one sentence', async () => {
    const all = { ...request(network(scales)), method: 'grad-cam', target: null, layers: ['early'] } as const;
    await expect(engine.explain(all, call())).rejects.toMatchObject({
      failure: { code: 'notFiniteMap', parameters: { layer: '6×6/node of early', method: 'Grad-CAM' } },
    });
  });

  test('the command line tells it of every class', async () => {
    const subject = request(network(scales));
    const info = await engine.open(subject, call());
    const all = { ...subject, methods: ['grad-cam'], layers: null, carried: false } as const;
    const [broken] = await engine.compare({ ...all, targets: [0] }, call());
    const [sound] = await engine.compare({ ...all, ...request(network({})), targets: [1] }, call());
    if (broken === undefined || sound === undefined) throw new Error('no explanation');
    const sentence =
      'Grad-CAM cannot explain 6×6/node of early: the values behind its map leave the range of float32.';
    expect(blockedSentences(info, [broken, sound])).toEqual([sentence]);
  });

  test('where the logits depend on what overflows, the tensor is named', async () => {
    await expect(explain(network({ first: 3e38 }), ['grad-cam'])).rejects.toMatchObject({
      failure: { code: 'notFiniteTensor', parameters: { tensor: 'early' } },
    });
  });
});
