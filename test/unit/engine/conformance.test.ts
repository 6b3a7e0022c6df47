// Compares with tools/conformance, an independent implementation of the same definitions in PyTorch.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { correlation } from './statistics.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/conformance');

const ExpectedLayer = v.object({
  tensor: v.string(),
  op: v.string(),
  /** Channels, height, width. */
  size: v.tuple([v.number(), v.number(), v.number()]),
  blocked: v.optional(v.picklist(['noRule', 'takesNothing'])),
  /** A step on the way into one operator, or a view: ONNX Runtime may leave it out. */
  absorbed: v.optional(v.boolean(), false),
  /** Several nodes compute it alike; ONNX Runtime keeps one, which then takes the relevance of all. */
  twin: v.optional(v.boolean(), false),
  /** Where its values begin among the model's numbers. */
  map: v.optional(v.number()),
  weights: v.optional(v.number()),
  relevance: v.optional(v.number()),
  /** The mean of ∂z_t/∂A of every channel. */
  gradients: v.optional(v.number()),
});
const Expected = v.object({
  input: v.array(v.number()),
  target: v.number(),
  /** By exporter. */
  files: v.record(v.string(), v.object({ logits: v.array(v.number()), layers: v.array(ExpectedLayer) })),
});
type ExpectedLayer = v.InferOutput<typeof ExpectedLayer>;

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-conformance-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

/** The stored picture of this size as a .npy file. */
function inputFile(shape: readonly number[]): string {
  const name = `input-${shape.slice(shape[1] === 3 ? 2 : 1).join('x')}`; // channels first, or last as in Keras
  const values = floats(`${name}.bin.gz`);
  const file = path.join(cacheFolder, `${name}.npy`);
  writeFileSync(file, formatNpy({ shape, values }));
  return file;
}

function floats(file: string): Float32Array {
  return new Float32Array(new Uint8Array(gunzipSync(readFileSync(path.join(FOLDER, file)))).buffer);
}

/** Largest difference as a share of the largest expected value, or of `least` where that is larger. */
function deviation(values: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
  const largest = Array.from(expected).reduce((max, value) => Math.max(max, Math.abs(value)), least);
  const differences = Array.from(expected, (value, i) => Math.abs((values[i] ?? NaN) - value));
  const difference = Math.max(...differences); // NaN where one of them is
  return difference === 0 ? 0 : difference / largest;
}

function weightsOf({ weights }: LayerExplanation): Float32Array {
  return weights ?? new Float32Array();
}

/** In what a layer's explanation differs from the expected one; empty where it does not. */
function differences(layer: LayerExplanation, expected: ExpectedLayer, numbers: Float32Array): string[] {
  const [channels, height, width] = expected.size;
  const found: string[] = [];
  if (layer.channels !== channels || layer.height !== height || layer.width !== width)
    return [`is ${layer.channels} × ${layer.height} × ${layer.width}, not ${expected.size.join(' × ')}`];
  if (expected.map === undefined || expected.weights === undefined || expected.relevance === undefined)
    return [];
  const map = numbers.subarray(expected.map, expected.map + height * width);
  const weights = numbers.subarray(expected.weights, expected.weights + channels);
  const r = correlation(layer.map, map);
  if (Math.max(...map) > Math.min(...map) && !(r >= 0.9999)) found.push(`map: r = ${r}`);
  if (!(deviation(layer.map, map) <= 1e-3)) found.push(`map: deviates by ${deviation(layer.map, map)}`);
  if (!(deviation(weightsOf(layer), weights) <= 1e-3))
    found.push(`weights: deviate by ${deviation(weightsOf(layer), weights)}`);
  if (!(Math.abs(Number(layer.relevanceSum) - expected.relevance) <= 1e-3))
    found.push(`Σ R / s is ${layer.relevanceSum}, not ${expected.relevance}`);
  return found;
}

const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const expected = v.parse(Expected, JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')));
    const name = path.basename(file, '.json');
    return Object.entries(expected.files).map(([exporter, values]) => ({
      ...expected,
      ...values,
      name,
      exporter,
    }));
  });

describe.each(cases)('$name by $exporter', ({ name, exporter, input, target, logits, layers: expected }) => {
  const model = path.join(FOLDER, `${name}.${exporter}.onnx`);

  test('has the layers of the file, explained or blocked as they should be', async () => {
    const info = await engine.open({ model, settings: {} }, call());
    const layers = new Map(info.layers.map((layer) => [layer.tensor, layer]));
    const known = new Set(expected.map(({ tensor }) => tensor));
    expect(info.layers.filter(({ tensor }) => !known.has(tensor)).map(({ tensor }) => tensor)).toEqual([]);

    const faults = expected.flatMap(({ tensor, op, blocked, absorbed, twin }) => {
      const layer = layers.get(tensor);
      if (layer === undefined)
        return absorbed || twin || blocked === 'takesNothing' ? [] : [`${tensor} (${op}) is missing`];
      if (layer.blockedBy?.reason === blocked) return [];
      const by = layer.blockedBy === null ? '' : ` by ${layer.blockedBy.op} ${layer.blockedBy.node}`;
      const state = layer.blockedBy?.reason ?? 'explained';
      return [`${tensor} (${op}) is ${state}${by}, not ${blocked ?? 'explained'}`];
    });
    expect(faults).toEqual([]);
  });

  test('explains every layer as the definition says', async () => {
    const source = { kind: 'array', path: inputFile(input) } as const;
    const request = { model, settings: {}, method: 'relevance-cam', source, layers: null, top: 1 } as const;
    const explanation = await engine.explain({ ...request, target }, call());
    const layers = new Map(explanation.layers.map((layer) => [layer.tensor, layer]));
    const numbers = floats(`${name}.bin.gz`);

    const scale = Math.max(...logits.map(Math.abs));
    // One logit stands for two classes; the second is no output of the model.
    const given = explanation.predictions.filter(({ index }) => index < logits.length);
    expect(given).toHaveLength(Math.min(5, logits.length));
    for (const { index, logit } of [explanation.target, ...given])
      expect(Math.abs(logit - (logits[index] ?? NaN)) / scale).toBeLessThan(1e-4);

    const faults = expected.flatMap((layer) => {
      const explained = layers.get(layer.tensor);
      if (explained === undefined)
        return layer.absorbed || layer.twin || layer.blocked ? [] : [`${layer.tensor} is missing`];
      return differences(explained, layer, numbers).map((what) => `${layer.tensor} (${layer.op}) ${what}`);
    });
    // The deepest first: what deviates there explains what deviates before it.
    expect(faults.reverse()).toEqual([]);
  });

  test('carries the derivative of the logit to every layer', async () => {
    const source = { kind: 'array', path: inputFile(input) } as const;
    const request = { model, settings: {}, method: 'grad-cam', source, layers: null, top: 1 } as const;
    const explanation = await engine.explain({ ...request, target }, call());
    const layers = new Map(explanation.layers.map((layer) => [layer.tensor, layer]));
    const numbers = floats(`${name}.bin.gz`);
    const meanGradients = expected.flatMap(({ size: [channels], gradients }) =>
      gradients === undefined ? [] : Array.from(numbers.subarray(gradients, gradients + channels)),
    );
    // Attention does not change with what is added to all keys: their gradients cancel, and rounding is left.
    const rounding = 1e-4 * Math.max(...meanGradients.map(Math.abs));
    const faults = expected.flatMap((layer) => {
      const {
        tensor,
        op,
        size: [channels],
        gradients,
        absorbed,
        twin,
        blocked,
      } = layer;
      if (gradients === undefined) return [];
      const weights = layers.get(tensor)?.weights;
      if (weights == null)
        return absorbed || twin || blocked === 'takesNothing' ? [] : [`${tensor} (${op}) is missing`];
      const off = deviation(weights, numbers.subarray(gradients, gradients + channels), rounding);
      return off <= 1e-3 ? [] : [`${tensor} (${op}) deviates by ${off}`];
    });
    expect(faults.reverse()).toEqual([]);
  });
});
