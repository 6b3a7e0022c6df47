import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { CompareRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation, LayerExplanation } from '../../../src/protocol/explanation.js';
import { METHODS, type MethodId } from '../../../src/protocol/methods.js';
import { call } from './calls.js';
import { constant, evaluate, graphOf, node, numbers, type Values } from './graphs.js';
import { correlation } from './statistics.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const PASS_METHODS = METHODS.filter((method) => method !== 'score-cam');
const CHANNELS = 6;
const CLASSES = 4;

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-methods-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

/** Conv → Relu `a` → Conv → Relu `b` → global average → Gemm. */
function network(seed: number): { readonly graph: Graph; readonly fc: Values } {
  const classifier = numbers([CHANNELS, CLASSES], seed + 2);
  const graph = graphOf(
    [1, 3, 8, 8],
    [
      node('Conv', ['x', 'w1'], ['y1']),
      node('Relu', ['y1'], ['a']),
      node('Conv', ['a', 'w2'], ['y2']),
      node('Relu', ['y2'], ['b']),
      node('GlobalAveragePool', ['b'], ['p']),
      node('Flatten', ['p'], ['f']),
      node('Gemm', ['f', 'fc'], ['logits']),
    ],
    {
      w1: constant(numbers([CHANNELS, 3, 3, 3], seed)),
      w2: constant(numbers([CHANNELS, CHANNELS, 3, 3], seed + 1)),
      fc: constant(classifier),
    },
  );
  return { graph, fc: classifier };
}

function files(graph: Graph, x: Values): Pick<CompareRequest, 'model' | 'source'> {
  const [model, input] = [path.join(folder, 'model.onnx'), path.join(folder, 'x.npy')];
  writeFileSync(model, writeModel(graph, Infinity).bytes);
  writeFileSync(input, formatNpy({ shape: x.dims, values: Float32Array.from(x.data) }));
  return { model, source: { kind: 'array', path: input } };
}

function compare(
  subject: Pick<CompareRequest, 'model' | 'source'>,
  methods: readonly MethodId[],
  targets: CompareRequest['targets'],
  change: Partial<CompareRequest> = {},
): Promise<readonly Explanation[]> {
  const request = { settings: {}, layers: null, top: CHANNELS, carried: true, methods, targets };
  return engine.compare({ ...subject, ...request, ...change }, call());
}

function layerOf(explanation: Explanation | undefined, tensor: string): LayerExplanation {
  const layer = explanation?.layers.find((candidate) => candidate.tensor === tensor);
  if (layer === undefined) throw new Error(`${tensor} is not explained`);
  return layer;
}

const positive = (value: number): number => Math.max(0, value);
const largest = (list: ArrayLike<number>): number => Math.max(...Array.from(list, Math.abs));

function expectSame(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  const scale = Math.max(largest(expected), 1e-12);
  expect(found).toHaveLength(expected.length);
  const off = Array.from(expected, (value, index) => Math.abs((found[index] ?? NaN) - value) / scale);
  expect(Math.max(...off)).toBeLessThan(tolerance);
}

describe('methods of one backward pass', () => {
  const seeds = fc.nat(1000);

  test('before global average pooling and one linear layer, CAM’s weights are the classifier’s, and Grad-CAM is CAM rectified', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.nat(CLASSES - 1), async (seed, target) => {
        const { graph, fc: classifier } = network(seed);
        const subject = files(graph, numbers([1, 3, 8, 8], seed + 3));
        const [cam, gradCam] = await compare(subject, ['cam', 'grad-cam'], [target]);
        const [byWeights, byGradient] = [layerOf(cam, 'b'), layerOf(gradCam, 'b')];
        const column = Array.from(
          { length: CHANNELS },
          (_, k) => classifier.data[k * CLASSES + target] ?? NaN,
        );
        expectSame(byWeights.weights ?? [], column);
        const pixels = byWeights.height * byWeights.width;
        expectSame(
          byGradient.map,
          Array.from(byWeights.map, (value) => positive(value) / pixels),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('CAM says of every other layer what stands in its way', async () => {
    const subject = files(network(1).graph, numbers([1, 3, 8, 8], 4));
    const [cam] = await compare(subject, ['cam'], [null]);
    expect(cam?.layers.map(({ tensor }) => tensor)).toEqual(['b']);
    expect(cam?.blocked.map(({ tensor, blockedBy }) => [tensor, blockedBy.op, blockedBy.reason])).toEqual([
      ['y1', 'Relu', 'notBeforeClassifier'],
      ['a', 'Conv', 'notBeforeClassifier'],
      ['y2', 'Relu', 'notBeforeClassifier'],
    ]);
  });

  test('maps and weights follow from activations and gradients by the formulas', async () => {
    const subject = files(network(5).graph, numbers([1, 3, 8, 8], 9));
    const [gradCam, plusPlus, layerCam] = await compare(
      subject,
      ['grad-cam', 'grad-cam++', 'layer-cam'],
      [2],
    );
    for (const tensor of ['a', 'b']) {
      const { top, map } = layerOf(gradCam, tensor);
      const channels = top.map(({ channel, activation, carried }) => {
        const pairs = Array.from(activation, (a, index) => ({ a, g: carried?.[index] ?? NaN }));
        const sum = pairs.reduce((total, { a, g }) => total + a * g ** 3, 0);
        const share = (g: number): number => {
          const denominator = 2 * g ** 2 + sum;
          return Math.abs(denominator) > 1e-9 ? g ** 2 / denominator : 0;
        };
        return {
          channel,
          pairs,
          mean: pairs.reduce((total, { g }) => total + g, 0) / pairs.length,
          plusPlus: pairs.reduce((total, { g }) => total + share(g) * positive(g), 0),
        };
      });
      const expected = (at: (channel: (typeof channels)[number], index: number) => number): number[] =>
        Array.from(map, (_, index) =>
          positive(channels.reduce((total, channel) => total + at(channel, index), 0)),
        );
      expectSame(
        map,
        expected(({ mean, pairs }, index) => mean * (pairs[index]?.a ?? NaN)),
      );
      expectSame(
        layerOf(plusPlus, tensor).map,
        expected(({ plusPlus: weight, pairs }, index) => weight * (pairs[index]?.a ?? NaN)),
        1e-3,
      );
      expectSame(
        layerOf(layerCam, tensor).map,
        expected(({ pairs }, index) => positive(pairs[index]?.g ?? NaN) * (pairs[index]?.a ?? NaN)),
      );
    }
  });

  test('gradients are central differences of the logit', async () => {
    const { graph } = network(7);
    const x = numbers([1, 3, 8, 8], 8);
    const [explanation] = await compare(files(graph, x), ['grad-cam'], [1]);
    const { top, height, width } = layerOf(explanation, 'a');
    // The rest of the network, from `a` on.
    const rest = graphOf(
      [1, CHANNELS, height, width],
      graph.nodes.slice(2),
      Object.fromEntries(graph.initializers),
    );
    const after: Graph = {
      ...rest,
      inputs: [{ name: 'a', dataType: 1, shape: [1, CHANNELS, height, width] }],
    };
    const flat = new Array<number>(CHANNELS * height * width).fill(0);
    for (const { channel, activation } of top)
      activation.forEach((value, index) => (flat[channel * height * width + index] = value));
    const step = 1e-2;
    const places = top.map(({ channel }, index) => ({ channel, index: (index * 7) % (height * width) }));
    const moved = places.flatMap(({ channel, index }) =>
      [step, -step].map((by) => {
        const data = flat.with(
          channel * height * width + index,
          (flat[channel * height * width + index] ?? NaN) + by,
        );
        return { a: { dims: [1, CHANNELS, height, width], data } };
      }),
    );
    const logits = await evaluate(after, moved, 'logits');
    places.forEach(({ channel, index }, place) => {
      const [up, down] = [logits[2 * place]?.[1] ?? NaN, logits[2 * place + 1]?.[1] ?? NaN];
      const carried = top.find((entry) => entry.channel === channel)?.carried?.[index] ?? NaN;
      expect((up - down) / (2 * step)).toBeCloseTo(carried, 3);
    });
  });

  test('the first operator shares by the bounds of the pixels', async () => {
    // One 1 × 1 convolution of two pixels, then the mean: small enough to be computed by hand.
    const w = [0.5, -1, 0.25];
    const x = [0.2, 0.4, 0.6, 0.8, 0.1, 0.9];
    const graph = graphOf(
      [1, 3, 1, 2],
      [
        node('Conv', ['x', 'w'], ['y']),
        node('GlobalAveragePool', ['y'], ['p']),
        node('Flatten', ['p'], ['f']),
        node('Gemm', ['f', 'fc'], ['logits']),
      ],
      { w: constant({ dims: [1, 3, 1, 1], data: w }), fc: constant({ dims: [1, 2], data: [-3, 2] }) },
    );
    const subject = files(graph, { dims: [1, 3, 1, 2], data: x });
    const settings = { range: [-1, 1], mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const [lrp] = await compare(subject, ['lrp'], [0], { settings, layers: ['x'] });
    const found = layerOf(lrp, 'x');
    expect([found.height, found.width]).toEqual([1, 2]);

    const y = [0, 1].map((pixel) =>
      w.reduce((sum, weight, c) => sum + weight * (x[2 * c + pixel] ?? NaN), 0),
    );
    const z0 = (-3 * ((y[0] ?? NaN) + (y[1] ?? NaN))) / 2;
    // The classifier passes everything on, since a negative mean meets a negative weight; of the mean's operands, both of
    // its sign, each takes its part.
    const total = y.reduce((sum, value) => sum + value, 0);
    const passed = y.map((value) => (z0 * value) / total);
    const expected = passed.map((relevance, pixel) => {
      const terms = w.map(
        (weight, c) => weight * (x[2 * c + pixel] ?? NaN) + positive(weight) - Math.min(weight, 0),
      );
      const z = terms.reduce((sum, term) => sum + term, 0);
      return terms.reduce((sum, term) => sum + (term / z) * relevance, 0);
    });
    expect(Math.max(...y)).toBeLessThan(0);
    expectSame(found.map, expected);
  });
});

describe('several methods and classes in one run', () => {
  const subject = {
    model: path.join(SAMPLE, 'sample.onnx'),
    source: { kind: 'image', path: path.join(SAMPLE, 'pictures/boat-cat.png') },
  } as const;

  test('are what each is alone', async () => {
    const together = await compare(subject, PASS_METHODS, [1, 4, null], { top: 3, carried: false });
    expect(together.map(({ method }) => method)).toEqual(PASS_METHODS.flatMap((id) => [id, id, id]));
    for (const explanation of together) {
      const alone = await engine.explain(
        {
          ...subject,
          settings: {},
          method: explanation.method,
          target: explanation.target.index,
          layers: null,
          top: 3,
        },
        call(),
      );
      expect(explanation.target.index).toBe(alone.target.index);
      expect(explanation.blocked).toEqual(alone.blocked);
      expect(explanation.layers.map(({ tensor }) => tensor)).toEqual(
        alone.layers.map(({ tensor }) => tensor),
      );
      explanation.layers.forEach((layer, index) => {
        // Graphs for one class and for several round differently, and Grad-CAM++ divides by what may nearly vanish.
        const tolerance = explanation.method === 'grad-cam++' ? 1e-2 : 1e-4;
        expectSame(layer.map, alone.layers[index]?.map ?? [], tolerance);
        expect(layer.top.map(({ channel }) => channel)).toEqual(
          alone.layers[index]?.top.map(({ channel }) => channel),
        );
      });
    }
  });

  test('CLRP tells classes apart, and reaches the pixels', async () => {
    const { input, labels } = await engine.open({ model: subject.model, settings: {} }, call());
    const [boat, cat] = await compare(subject, ['clrp'], [labels.indexOf('boat'), labels.indexOf('cat')]);
    const pixels = layerOf(boat, input.name);
    expect([1, pixels.channels, pixels.height, pixels.width]).toEqual(input.shape);
    expect(pixels.map).toHaveLength(pixels.height * pixels.width);
    expect(correlation(pixels.map, layerOf(cat, input.name).map)).toBeLessThan(0.5);
  });

  test('pixels are for the methods that explain them', async () => {
    const { input } = await engine.open({ model: subject.model, settings: {} }, call());
    const [found] = await compare(subject, ['grad-cam'], [null], { layers: [input.name] });
    expect(found?.blocked.map(({ blockedBy }) => blockedBy.reason)).toEqual(['pixels']);
    const request = { ...subject, settings: {}, method: 'grad-cam', target: null, top: 1 } as const;
    await expect(engine.explain({ ...request, layers: [input.name] }, call())).rejects.toMatchObject({
      failure: { code: 'noPixels' },
    });
  });

  test('a layer compiled alone is what it is among all', async () => {
    const [all] = await compare(subject, ['grad-cam', 'clrp'], [null]);
    const names = all?.layers.slice(1, 4).map(({ tensor }) => tensor) ?? [];
    const [some] = await compare(subject, ['grad-cam', 'clrp'], [null], { layers: names });
    expect(some?.layers.map(({ tensor }) => tensor)).toEqual(names);
    for (const name of names) expectSame(layerOf(some, name).map, layerOf(all, name).map, 1e-4);
  });
});
