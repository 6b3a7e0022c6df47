import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { findImageInput, inputShape } from '../../../src/engine/model/imageInput.js';
import { prepare } from '../../../src/engine/model/prepare.js';
import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { DataType, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { writeModel } from '../../../src/engine/onnx/write.js';
import type { ScoredModel } from '../../../src/engine/scoreCam/model.js';
import { ScoreCam, type ScoreCamResult } from '../../../src/engine/scoreCam/scoreCam.js';
import { ScoreCache } from '../../../src/engine/scoreCam/scores.js';
import type { Call } from '../../../src/protocol/engineApi.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import { constant, graphOf, node, numbers } from './graphs.js';
import { naiveScoreCam } from './naiveScoreCam.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FIXTURES = path.join(ROOT, 'test/fixtures/conformance');
const SAMPLE = path.join(ROOT, 'media/sample/sample.onnx');

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-score-'));
const opened: ScoreCam[] = [];
afterAll(async () => {
  for (const scoreCam of opened) await scoreCam.dispose();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly model: ScoredModel;
  readonly scoreCam: ScoreCam;
  readonly input: Float32Array;
  readonly shape: readonly number[];
}

async function open(file: string): Promise<Opened> {
  const graph = readModel(file);
  const image = findImageInput(graph, file);
  const size = { height: image.height ?? 64, width: image.width ?? 64 };
  const { logits, classCount, layers } = await prepare(graph, image, size, null, file, folder);
  const model = { file, image, size, logits, logitCount: classCount, layers, cacheFolder: folder };
  const scoreCam = new ScoreCam(model);
  opened.push(scoreCam);
  const shape = inputShape(image, size.height, size.width);
  const { data } = numbers(shape, 5);
  // Small whole numbers: of large ones some lie so close to a half that float32 decides how they are rounded.
  const input = Float32Array.from(data, (value) => (image.isBytes ? Math.round(8 + 7 * value) : 2 * value));
  return { model, scoreCam, shape, input };
}

/** A call that notes how far it is after every run. */
function watched(
  onProgress?: (fraction: number) => void,
  signal?: AbortSignal,
): Call & { readonly fractions: number[] } {
  const fractions: number[] = [];
  return {
    fractions,
    signal: signal ?? new AbortController().signal,
    progress: (stage, fraction) => {
      expect(stage).toBe('score');
      fractions.push(fraction ?? NaN);
      onProgress?.(fraction ?? NaN);
    },
  };
}

/** How many masks each run took, of a layer without constant channels. */
function masksPerRun(fractions: readonly number[], channels: number): readonly number[] {
  return fractions
    .slice(1)
    .map((fraction, index) => Math.round((fraction - (fractions[index] ?? 0)) * channels));
}

function explainOne(
  { scoreCam, input }: Opened,
  tensor: string,
  targets: readonly number[],
  more: {
    readonly cache?: ScoreCache;
    readonly call?: Call;
    readonly partial?: (result: ScoreCamResult) => void;
  } = {},
): Promise<readonly (LayerExplanation | undefined)[]> {
  const request = { input, layers: [tensor], targets, top: 3 };
  const { cache = new ScoreCache(), call = watched(), partial = () => undefined } = more;
  return scoreCam.explain(request, cache, call, partial).then((classes) => classes.map(([layer]) => layer));
}

/** Layers at these depths, 0 to 1. */
function layersOf({ model: { layers } }: Opened, depths: readonly number[]): typeof layers {
  return depths.flatMap((depth) => layers[Math.floor(depth * layers.length)] ?? []);
}

async function expectLikeNaive(scored: Opened, tensor: string, targets: readonly number[]): Promise<void> {
  const layer = scored.model.layers.find((candidate) => candidate.tensor === tensor);
  if (layer === undefined) throw new Error(`no layer ${tensor}`);
  const naive = await naiveScoreCam(scored.model.file, scored.input, scored.shape, layer);
  const explained = await explainOne(scored, tensor, targets);
  targets.forEach((target, index) => {
    const { weights, map, top, ...rest } = explained[index] ?? {};
    const { channels, height, width } = layer;
    expect(rest).toEqual({ tensor, channels, height, width, relevanceSum: null });
    const expected = naive.weights.map((classes) => classes[target] ?? NaN);
    expect(furthest(weights ?? [], expected), `weights of ${tensor}, class ${target}`).toBeLessThan(1e-4);
    const expectedMap = naive.map(target);
    const largest = Math.max(...expectedMap, 1e-6);
    expect(furthest(map ?? [], expectedMap) / largest, `map of ${tensor}, class ${target}`).toBeLessThan(
      1e-3,
    );
    expect(top?.map(({ weight }) => weight)).toEqual(
      Array.from(weights ?? [])
        .toSorted((a, b) => b - a)
        .slice(0, 3),
    );
  });
}

/** Largest difference; NaN where lengths differ. */
function furthest(values: ArrayLike<number>, expected: readonly number[]): number {
  return values.length === expected.length
    ? Math.max(...expected.map((value, index) => Math.abs((values[index] ?? NaN) - value)))
    : NaN;
}

const DIMS = [12, 10] as const;
const FLATTEN = [node('Flatten', ['p'], ['f'])];

/** Conv → Relu → mean → head → Gemm, for any number of pictures of 12 × 10 pixels. */
function classifier(head: readonly Node[] = FLATTEN, kernels = constant(numbers([6, 3, 3, 3], 1))): Graph {
  return anyBatch(
    ['N', 3, ...DIMS],
    DataType.FLOAT,
    [node('Conv', ['x', 'w'], ['y']), ...behindConvolution(head)],
    kernels,
  );
}

/** The same behind whole pixels, channels last. */
function bytesClassifier(): Graph {
  return anyBatch(['N', ...DIMS, 3], DataType.UINT8, [
    node('Cast', ['x'], ['whole'], { to: { type: 'int', value: DataType.FLOAT } }),
    node('Div', ['whole', 'scale'], ['scaled']),
    node('Transpose', ['scaled'], ['first'], { perm: { type: 'ints', value: [0, 3, 1, 2] } }),
    node('Conv', ['first', 'w'], ['y']),
    ...behindConvolution(FLATTEN),
  ]);
}

function behindConvolution(head: readonly Node[]): readonly Node[] {
  return [
    node('Relu', ['y'], ['a']),
    node('GlobalAveragePool', ['a'], ['p']),
    ...head,
    node('Gemm', ['f', 'fc'], ['logits']),
  ];
}

function anyBatch(
  shape: readonly (number | string)[],
  dataType: DataType,
  nodes: readonly Node[],
  kernels = constant(numbers([6, 3, 3, 3], 1)),
): Graph {
  const constants = {
    w: kernels,
    fc: constant(numbers([6, 4], 2, -3, 3)),
    scale: constant({ dims: [1], data: [4] }),
    single: int64Tensor([1, 6]),
    firstAxis: int64Tensor([0]),
  };
  const graph = graphOf([], nodes, constants);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    ...graph,
    inputs: [{ name: 'x', dataType, shape }],
    initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))),
  };
}

function save(name: string, graph: Graph): string {
  const file = path.join(folder, name);
  writeFileSync(file, writeModel(graph, Infinity).bytes);
  return file;
}

describe('agrees with a loop over channels', () => {
  test('on the sample model', async () => {
    const sample = await open(SAMPLE);
    for (const { tensor } of layersOf(sample, [0.1, 0.6, 0.95]))
      await expectLikeNaive(sample, tensor, [3, 7]);
  });

  test.each([
    ['feature maps', 'convnext.torchscript'],
    ['channels last in windows', 'swin.dynamo'],
    ['tokens behind a class token', 'vit.dynamo'],
    ['tokens behind two others', 'deit_distilled.torchscript'],
    ['one logit', 'mnasnet.torchscript'],
  ])('on %s (%s)', async (_, name) => {
    const fixture = await open(path.join(FIXTURES, `${name}.onnx`));
    for (const { tensor } of layersOf(fixture, [0.4, 0.8])) await expectLikeNaive(fixture, tensor, [1, 0]);
  });

  test('on whole pixels, channels last', async () => {
    await expectLikeNaive(await open(save('bytes.onnx', bytesClassifier())), 'a', [0, 3]);
  });

  test('on a constant channel, which weighs 0 and is not run', async () => {
    const { dims, data } = numbers([6, 3, 3, 3], 1);
    const silent = { dims, data: data.map((value, index) => (index < 27 || index >= 135 ? 0 : value)) };
    const scored = await open(save('constant.onnx', classifier(FLATTEN, constant(silent))));
    await expectLikeNaive(scored, 'a', [0, 1]);
    const call = watched();
    const [layer] = await explainOne(scored, 'a', [0], { call });
    expect([layer?.weights?.[0], layer?.weights?.[5]]).toEqual([0, 0]);
    expect(call.fractions.at(-1)).toBeCloseTo(4 / 6);
  });
});

/** The sample model, its deepest layers first. */
async function openSample(
  file = SAMPLE,
): Promise<{ readonly sample: Opened; readonly tensor: string; readonly channels: number }> {
  const sample = await open(file);
  const [layer] = layersOf(sample, [0.9]);
  if (layer === undefined) throw new Error('no layer');
  return { sample, ...layer };
}

describe('takes several masks in one run', () => {
  test('where the model can', async () => {
    const call = watched();
    const { sample, tensor, channels } = await openSample();
    await explainOne(sample, tensor, [0], { call });
    expect(Math.max(...masksPerRun(call.fractions, channels))).toBeGreaterThan(1);
  });

  test.each([
    ['a batch of one is written into a Reshape', [node('Reshape', ['p', 'single'], ['f'])]],
    [
      'pictures of one batch are mixed',
      [
        node('ReduceMean', ['p', 'firstAxis'], ['mean']),
        node('Div', ['p', 'mean'], ['relative']),
        node('Exp', ['relative'], ['power']),
        node('Mul', ['power', 'p'], ['product']),
        node('Flatten', ['product'], ['f']),
      ],
    ],
  ])('but not where %s', async (name, head) => {
    const scored = await open(save(`${name}.onnx`, classifier(head)));
    await expectLikeNaive(scored, 'a', [0, 2]);
    const call = watched();
    await explainOne(scored, 'a', [0], { call });
    expect(masksPerRun(call.fractions, 6)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('a request', () => {
  test('that was made before needs neither run nor model file, for no class', async () => {
    const file = path.join(folder, 'gone.onnx');
    copyFileSync(SAMPLE, file);
    const { sample, tensor } = await openSample(file);
    const cache = new ScoreCache();
    const [first, second] = await explainOne(sample, tensor, [3, 5], { cache });
    rmSync(file);
    const calls = [watched(), watched()] as const;
    for (const [call, target, known] of [
      [calls[0], 5, second],
      [calls[1], 3, first],
    ] as const) {
      const [again] = await explainOne(sample, tensor, [target], { cache, call });
      expect(again?.weights).toEqual(known?.weights);
      expect(furthest(again?.map ?? [], Array.from(known?.map ?? []))).toBeLessThan(1e-6);
    }
    expect(calls.map(({ fractions }) => fractions)).toEqual([[0], [0]]);
    const other = { ...sample, input: sample.input.map((value) => value / 2) };
    await expect(explainOne(other, tensor, [3], { cache })).rejects.toMatchObject({
      failure: { code: 'cannotRead' },
    });
  });

  test('that is cancelled ends within one run, and the next goes on where it ended', async () => {
    const { sample, tensor, channels } = await openSample();
    const cache = new ScoreCache();
    const controller = new AbortController();
    const cancelled = watched((fraction) => {
      // Arrives like a message: while the process is about to run again.
      if (fraction > 0.3)
        setImmediate(() => {
          controller.abort();
        });
    }, controller.signal);
    await expect(explainOne(sample, tensor, [3], { cache, call: cancelled })).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    });
    const passed = cancelled.fractions.filter((fraction) => fraction > 0.3);
    expect(passed).toHaveLength(1);

    const resumed = watched();
    const [explained] = await explainOne(sample, tensor, [3], { cache, call: resumed });
    expect(resumed.fractions[1]).toBeGreaterThan(passed[0] ?? NaN);
    expect(resumed.fractions.at(-1)).toBe(1);
    const [uninterrupted] = await explainOne(sample, tensor, [3]);
    const expected = Array.from(uninterrupted?.weights ?? []);
    expect(furthest(explained?.weights ?? [], expected)).toBeLessThan(1e-5);
    expect(expected).toHaveLength(channels);
  });

  test('tells a first result after the first run, of the channel that is most active', async () => {
    const { sample, tensor } = await openSample();
    const partials: ScoreCamResult[] = [];
    const cache = new ScoreCache();
    const [final] = await explainOne(sample, tensor, [3, 4], {
      cache,
      partial: (result) => {
        partials.push(result);
      },
    });
    const [first] = partials;
    expect(first?.map((layers) => layers.length)).toEqual([1, 1]);
    const known = Array.from(first?.[0]?.[0]?.weights ?? []).flatMap((weight, channel) =>
      weight > 0 ? [channel] : [],
    );
    expect(known).toHaveLength(1);
    expect(final?.weights?.[known[0] ?? -1]).toBe(first?.[0]?.[0]?.weights?.[known[0] ?? -1]);
  });

  test('of several layers is as far as the channels of all of them', async () => {
    const { sample } = await openSample();
    const layers = layersOf(sample, [0.6, 0.9]);
    const request = { input: sample.input, layers: layers.map(({ tensor }) => tensor), targets: [1], top: 1 };
    const call = watched();
    const [explained] = await sample.scoreCam.explain(request, new ScoreCache(), call, () => undefined);
    expect(explained?.map(({ tensor }) => tensor)).toEqual(request.layers);
    expect(call.fractions).toEqual(call.fractions.toSorted((a, b) => a - b));
    const [before = 0, after = 0] = layers.map(({ channels }) => channels);
    expect(call.fractions).toContain(before / (before + after));
    expect(call.fractions.at(-1)).toBe(1);
  });
});
