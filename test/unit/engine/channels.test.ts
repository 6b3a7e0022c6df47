// Single channels of a layer: all of them on request, of methods that weigh none too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.js';
import type { LayerExplanation, TopChannel } from '../../../src/protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../src/protocol/methods.js';
import { call } from './calls.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const SIGNED = path.resolve(import.meta.dirname, '../../fixtures/signed');
const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-channels-'));
const engine = new Engine({ cacheFolder: folder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const WEIGHTLESS = ['lrp', 'clrp', 'layer-cam'] as const;

/** Every method's explanation, class by class, of the middle layer of the sample. */
async function layers(
  methods: readonly MethodId[],
  top: number,
  carried: boolean,
): Promise<readonly LayerExplanation[]> {
  const opening = { model: path.join(SAMPLE, 'sample.onnx'), settings: {} };
  const info = await engine.open(opening, call());
  const source = { kind: 'image', path: path.join(SAMPLE, 'pictures/boat-cat.png') } as const;
  const middle = info.layers.at(info.layers.length >> 1)?.tensor ?? '';
  const request = { ...opening, source, methods, targets: [1, 4], layers: [middle], top, carried };
  return (await engine.compare(request, call())).flatMap((explanation) => explanation.layers);
}

function sumOfCarried({ top, map }: LayerExplanation): Float32Array {
  return map.map((_, pixel) => top.reduce((sum, { carried }) => sum + (carried?.[pixel] ?? NaN), 0));
}

const numbersOf = ({ top }: LayerExplanation): readonly number[] => top.map(({ channel }) => channel);

/** A channel's values in one explanation, looked up by its number. */
function values(
  layer: LayerExplanation | undefined,
  channel: number,
  kind: 'activation' | 'carried',
): Float32Array | null | undefined {
  return layer?.top.find((other) => other.channel === channel)?.[kind];
}

test('a method that weighs no channels gives all of them by number', async () => {
  const [byWeight, ...others] = await layers(['relevance-cam', ...WEIGHTLESS], 4096, true);
  const all = [...Array.from({ length: byWeight?.channels ?? 0 }).keys()];
  expect(byWeight && numbersOf(byWeight).toSorted((a, b) => a - b)).toEqual(all);
  // The first of them is Relevance-CAM's of the second class.
  for (const layer of others.slice(1)) {
    expect(layer.weights).toBeNull();
    expect(numbersOf(layer)).toEqual(all);
    for (const { channel, activation } of layer.top)
      expect(activation).toEqual(values(byWeight, channel, 'activation'));
  }
});

test('with what the backward pass carried to them', async () => {
  const found = await layers([...WEIGHTLESS, 'grad-cam'], 4096, true);
  // LRP's map and CLRP's are the sum of the relevance of all channels.
  for (const layer of found.slice(0, 4)) {
    const sum = sumOfCarried(layer);
    layer.map.forEach((value, pixel) => {
      expect(sum[pixel]).toBeCloseTo(value, 4);
    });
  }
  const [ofFirst, ofSecond, byGradient, byGradientOfSecond] = found.slice(4);
  expect(ofFirst?.top).not.toEqual(ofSecond?.top);
  for (const { channel, carried } of ofFirst?.top ?? [])
    expect(carried).toEqual(values(byGradient, channel, 'carried'));
  for (const { channel, carried } of ofSecond?.top ?? [])
    expect(carried).toEqual(values(byGradientOfSecond, channel, 'carried'));
});

/** Every channel of the last block of a network of signed activations. */
async function signedLayer(method: MethodId): Promise<LayerExplanation> {
  const opening = { model: path.join(SIGNED, 'efficientnet.onnx'), settings: {} };
  const { tree } = await engine.open(opening, call());
  const layers = tree.filter(({ name }) => name === 'blocks').map(({ tensor }) => tensor);
  const source = { kind: 'image', path: path.join(SIGNED, 'pictures/00.png') } as const;
  const asked = { ...opening, source, methods: [method], targets: [null], layers, top: 4096, carried: true };
  const [layer] = (await engine.compare(asked, call())).flatMap((explanation) => explanation.layers);
  if (layer === undefined) throw new Error('the network has no blocks');
  return layer;
}

test('a channel of signed activations weighs the relevance of all its positions, whatever their sign', async () => {
  const { top, channels, weights } = await signedLayer('relevance-cam');
  const reference = await signedLayer('clrp');
  expect(top).toHaveLength(channels);
  const hasBothSigns = ({ activation }: TopChannel): boolean =>
    Math.min(...activation) < 0 && Math.max(...activation) > 0;
  expect(top.some(hasBothSigns)).toBe(true);
  const ranked = top.map(({ weight }) => weight);
  expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
  expect(top.map(({ channel }) => weights?.[channel])).toEqual(ranked);
  for (const { channel, weight } of top) {
    const relevance = Array.from(values(reference, channel, 'carried') ?? [NaN]);
    const sum = relevance.reduce((total, value) => total + value, 0);
    expect(weight).toBeCloseTo(sum, 4);
  }
});

test('they give no channels where nothing carried is asked for', async () => {
  for (const layer of await layers(WEIGHTLESS, 3, false)) expect(layer.top).toEqual([]);
  expect(WEIGHTLESS.some((method) => METHOD_FACTS[method].weighsChannels)).toBe(false);
});

test('they give as many as are asked for', async () => {
  for (const layer of await layers(WEIGHTLESS, 2, true)) expect(layer.top).toHaveLength(2);
});
