import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { decodePicture } from '../../../src/engine/image/decode.js';
import { preprocess } from '../../../src/engine/image/preprocess.js';
import { METRICS, METRIC_FACTS } from '../../../src/protocol/metrics.js';
import type { EvaluateRequest } from '../../../src/protocol/engineApi.js';
import type { TopChannel } from '../../../src/protocol/explanation.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SAMPLE = path.join(ROOT, 'media/sample');
const MODEL = path.join(SAMPLE, 'sample.onnx');
const PICTURE = path.join(SAMPLE, 'pictures/bird-cat-cup.png');

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-evaluate-'));
const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

async function requested(
  change: Partial<EvaluateRequest> = {},
): Promise<EvaluateRequest & { readonly info: ModelInfo }> {
  const opening = { model: MODEL, settings: {} };
  const info = await engine.open(opening, call());
  const layers = info.layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
  return {
    ...{ ...opening, info, picture: PICTURE, target: null, sources: [] },
    ...{
      methods: ['relevance-cam', 'grad-cam'],
      layers: layers.slice(-2),
      metrics: ['average-drop'],
      seed: 5,
      channels: false,
    },
    ...change,
  };
}

/** The class's probability by the file alone. */
async function probabilityOf(input: Float32Array, shape: readonly number[], target: number): Promise<number> {
  const session = await ort.InferenceSession.create(MODEL);
  const results = await session.run({
    [session.inputNames[0] ?? '']: new ort.Tensor('float32', input, shape),
  });
  await session.release();
  const { data } = results[session.outputNames[0] ?? ''] ?? {};
  if (!(data instanceof Float32Array)) throw new TypeError('no floats');
  const powers = Array.from(data, Math.exp);
  return (powers[target] ?? NaN) / powers.reduce((a, b) => a + b, 0);
}

function sumOf(values: Iterable<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

type WithCarried = TopChannel & { readonly carried: Float32Array };

/** All channels of a layer, with what the pass carried to them. */
async function everyChannel(tensor: string, count: number, target: number): Promise<readonly WithCarried[]> {
  const source = { kind: 'image', path: PICTURE } as const;
  const asked = { methods: ['relevance-cam'], targets: [target], layers: [tensor], top: count } as const;
  const [explanation] = await engine.compare(
    { model: MODEL, settings: {}, source, ...asked, carried: true },
    call(),
  );
  const top = explanation?.layers[0]?.top ?? [];
  return top.map((channel) => ({ ...channel, carried: channel.carried ?? new Float32Array() }));
}

describe('an evaluation of a picture', () => {
  test('gives the drop that the file shows with its preprocessed input masked', async () => {
    const { info, ...request } = await requested({ methods: ['grad-cam', 'relevance-cam'], target: 3 });
    const { predictions, target, cells } = await engine.evaluate(request, call());
    expect(target.index).toBe(3);
    expect(predictions).toHaveLength(5);
    const { inputWidth: width, inputHeight: height } = info.preprocessing;
    const input = preprocess(await decodePicture(PICTURE), info.preprocessing);
    const before = await probabilityOf(input, info.input.shape, 3);
    expect(target.probability).toBeCloseTo(before, 5);
    for (const { method, tensor, values } of cells) {
      const source = { kind: 'image', path: PICTURE } as const;
      const explained = await engine.explain(
        { ...request, method, source, target: 3, layers: [tensor], top: 1 },
        call(),
      );
      const mask = maskOf(explained.layers[0], width, height);
      const masked = input.map((value, at) => value * (mask[at % (width * height)] ?? NaN));
      const after = await probabilityOf(masked, info.input.shape, 3);
      expect(values['average-drop'], `${method} at ${tensor}`).toBeCloseTo(
        Math.max(0, before - after) / before,
        4,
      );
    }
    expect(cells.map(({ method, tensor }) => [method, tensor])).toEqual(
      request.methods.flatMap((method) => request.layers.map((tensor) => [method, tensor])),
    );
  });

  test('tells where every channel is strongest, and its share of the relevance', async () => {
    const { info, ...request } = await requested({ channels: true });
    const { channels, target } = await engine.evaluate(request, call());
    const size = { width: 448, height: 448 };
    expect(channels).toMatchObject({ ...size, crop: { x: 0, y: 0, ...size } });
    for (const [place, tensor] of request.layers.entries()) {
      const { channels: count = 0 } = info.layers.find((layer) => layer.tensor === tensor) ?? {};
      const top = await everyChannel(tensor, count, target.index);
      expect(top).toHaveLength(count);
      const sums = top.map(({ carried }) => sumOf(carried));
      const total = sumOf(sums.map(Math.abs));
      const found = channels?.layers[place];
      for (const [rank, { channel, activation, carried }] of top.entries()) {
        expect(found?.relevance[channel]).toBeCloseTo((sums[rank] ?? NaN) / total, 5);
        const greatest = Math.max(...activation);
        expect(found?.activation[channel]).toBeCloseTo(greatest, 5);
        expect(activation[found?.activationAt[channel] ?? -1]).toBeCloseTo(greatest, 5);
        expect(carried[found?.relevanceAt[channel] ?? -1]).toBeCloseTo(Math.max(...carried), 6);
      }
    }
  });

  test('measures against what is marked beside the picture, and tells how much of it that is', async () => {
    const metrics = METRICS.filter((id) => METRIC_FACTS[id].needsRegions);
    const { marked, cells, target } = await engine.evaluate(await requested({ metrics }), call());
    expect(target.label).toBe('bird');
    expect(marked).toBeGreaterThan(0.01);
    expect(marked).toBeLessThan(0.2);
    for (const { values } of cells) for (const id of metrics) expect(values[id], id).toBeTypeOf('number');
    const lone = path.join(folder, 'lone.png');
    copyFileSync(PICTURE, lone);
    const alone = await engine.evaluate(await requested({ metrics, picture: lone }), call());
    expect(alone.marked).toBeNull();
    expect(alone.cells.flatMap(({ values }) => Object.values(values)).every((value) => value === null)).toBe(
      true,
    );
    expect(alone.unread).toEqual([]);
    mkdirSync(path.join(folder, 'masks'));
    copyFileSync(path.join(SAMPLE, 'masks/bird-cat-cup.bird.png'), path.join(folder, 'masks/lone.bird.png'));
    const again = await engine.evaluate(await requested({ metrics: ['iou'], picture: lone }), call());
    expect(again.cells.map(({ values }) => values.iou)).toEqual(cells.map(({ values }) => values.iou));
  });

  test('tells of a mask that cannot be read, and measures all that needs none', async () => {
    const [torn, mask] = ['torn.png', 'torn.mask.png'].map((name) => path.join(folder, name));
    if (torn === undefined || mask === undefined) throw new RangeError('two files');
    copyFileSync(PICTURE, torn);
    writeFileSync(mask, readFileSync(PICTURE).subarray(0, 100));
    const metrics = ['average-drop', 'iou'] as const;
    const { marked, cells, unread } = await engine.evaluate(
      await requested({ metrics, picture: torn }),
      call(),
    );
    expect(unread.map(({ parameters }) => parameters['file'])).toEqual([mask]);
    expect(marked).toBeNull();
    for (const { values } of cells)
      expect([values.iou, typeof values['average-drop']]).toEqual([null, 'number']);
  });

  test('is the same again', async () => {
    const request = await requested({ metrics: METRICS.filter((id) => id !== 'road') });
    const all = await engine.evaluate(request, call());
    expect(await engine.evaluate(request, call())).toEqual(all);
  });

  test('has null where a method cannot explain a layer or weighs no channels', async () => {
    const request = await requested({ methods: ['cam', 'lrp'], metrics: ['average-drop', 'sparsity'] });
    const [first = ''] = request.info.layers.map(({ tensor }) => tensor);
    const { cells } = await engine.evaluate({ ...request, layers: [first] }, call());
    const [cam, lrp] = cells.map(({ values }) => values);
    expect(cam).toEqual({ 'average-drop': null, sparsity: null });
    expect(lrp?.['average-drop']).toBeTypeOf('number');
    expect(lrp?.sparsity).toBeNull();
  });

  test('ends when it is cancelled, and lets a person in before it is done', async () => {
    const controller = new AbortController();
    const request = await requested({ metrics: ['deletion'] });
    let isPersonServed = false;
    let person: Promise<unknown> | null = null;
    const job = engine.evaluate(request, {
      signal: controller.signal,
      lane: 'job',
      progress: (stage) => {
        if (stage !== 'run') return;
        person ??= engine.open({ model: MODEL, settings: {} }, call()).then(() => (isPersonServed = true));
        if (isPersonServed) controller.abort();
      },
    });
    await expect(job).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    expect(isPersonServed).toBe(true);
  });
});

/** Bilinear with half-pixel centres, from its lowest value at 0 to its highest at 1. */
function maskOf(
  layer: { readonly map: Float32Array; readonly height: number; readonly width: number } | undefined,
  width: number,
  height: number,
): readonly number[] {
  if (layer === undefined) throw new Error('not explained');
  const clamp = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1);
  const at = (y: number, x: number): number =>
    layer.map[clamp(y, layer.height) * layer.width + clamp(x, layer.width)] ?? NaN;
  const up = Array.from({ length: width * height }, (_, pixel) => {
    const y = ((Math.floor(pixel / width) + 0.5) * layer.height) / height - 0.5;
    const x = (((pixel % width) + 0.5) * layer.width) / width - 0.5;
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
    return upper * (1 - down) + (at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right) * down;
  });
  const [low, high] = [Math.min(...up), Math.max(...up)];
  return up.map((value) => (high > low ? (value - low) / (high - low) : 0));
}
