// Compares with tools/conformance, an independent implementation of the same definitions in PyTorch.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Explanation, LayerExplanation } from '../../../src/protocol/explanation.js';
import type { LayerNode, ModelInfo } from '../../../src/protocol/model.js';
import { call } from './calls.js';
import { correlation } from './statistics.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/conformance');

/** Of the layers a file names, how many must still be there after simplification, which folds and fuses some. */
const LEAST_SHARE = 0.6;

const ExpectedLayer = v.object({
  tensor: v.string(),
  op: v.string(),
  /** Channels, height, width. */
  size: v.tuple([v.number(), v.number(), v.number()]),
  blocked: v.optional(v.picklist(['noRule', 'takesNothing'])),
  /** Where its values begin among the model's numbers. */
  map: v.optional(v.number()),
  weights: v.optional(v.number()),
  relevance: v.optional(v.number()),
});
const Expected = v.object({
  input: v.array(v.number()),
  target: v.number(),
  logits: v.array(v.number()),
  layers: v.array(ExpectedLayer),
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
  const name = `input-${shape.slice(2).join('x')}`;
  const values = floats(readFileSync(path.join(FOLDER, `${name}.bin`)));
  const file = path.join(cacheFolder, `${name}.npy`);
  writeFileSync(file, formatNpy({ shape, values }));
  return file;
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Largest difference as a share of the largest expected value. */
function deviation(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Array.from(expected).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const differences = Array.from(expected, (value, i) => Math.abs((values[i] ?? NaN) - value));
  // Math.max would let no NaN pass unseen either, but 0 / 0 is one for a map that is 0 everywhere.
  const difference = Math.max(...differences);
  return difference === 0 ? 0 : difference / largest;
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
  if (!(deviation(layer.weights, weights) <= 1e-3))
    found.push(`weights: deviate by ${deviation(layer.weights, weights)}`);
  if (!(Math.abs(layer.relevanceSum - expected.relevance) <= 1e-3))
    found.push(`Σ R / s is ${layer.relevanceSum}, not ${expected.relevance}`);
  return found;
}

/** Every feature map that stands for a module. */
function moduleOutputs(nodes: readonly LayerNode[]): string[] {
  return nodes.flatMap(({ tensor, children }) =>
    children.length === 0 ? [] : [tensor, ...moduleOutputs(children)],
  );
}

const models = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => name.slice(0, -'.onnx'.length));

describe.each(models)('%s', (name) => {
  const expected = v.parse(Expected, JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')));
  const numbers = floats(gunzipSync(readFileSync(path.join(FOLDER, `${name}.bin.gz`))));
  const model = path.join(FOLDER, `${name}.onnx`);

  async function open(): Promise<ModelInfo> {
    return engine.open({ model, settings: {} }, call());
  }
  async function explain(): Promise<Explanation> {
    const source = { kind: 'array', path: inputFile(expected.input) } as const;
    const request = { model, settings: {}, method: 'relevance-cam', source, layers: null, top: 1 } as const;
    return engine.explain({ ...request, target: expected.target }, call());
  }

  test('has the layers of the file, explained or blocked as they should be', async () => {
    const info = await open();
    const layers = new Map(info.layers.map((layer) => [layer.tensor, layer]));
    const present = expected.layers.filter(({ tensor }) => layers.has(tensor));
    expect(present.length / expected.layers.length).toBeGreaterThanOrEqual(LEAST_SHARE);

    const known = new Set(expected.layers.map(({ tensor }) => tensor));
    expect(moduleOutputs(info.tree).filter((tensor) => !known.has(tensor))).toEqual([]);

    const wrong = present.flatMap(({ tensor, op, blocked }) => {
      const blocker = layers.get(tensor)?.blockedBy ?? null;
      const by = blocker === null ? '' : ` by ${blocker.op} ${blocker.node}`;
      if (blocker?.reason === blocked) return [];
      return [`${tensor} (${op}): ${blocker?.reason ?? 'explained'}${by}, not ${blocked ?? 'explained'}`];
    });
    expect(wrong).toEqual([]);
  });

  test('explains every layer as the definition says', async () => {
    const explanation = await explain();
    const layers = new Map(explanation.layers.map((layer) => [layer.tensor, layer]));

    const logits = expected.logits[expected.target] ?? NaN;
    const scale = Math.max(...expected.logits.map(Math.abs));
    expect(Math.abs(explanation.target.logit - logits) / scale).toBeLessThan(1e-4);

    const wrong = expected.layers.flatMap((layer) => {
      const explained = layers.get(layer.tensor);
      if (explained === undefined) return [];
      return differences(explained, layer, numbers).map((what) => `${layer.tensor} (${layer.op}) ${what}`);
    });
    // The last is the deepest: what deviates there explains what deviates before it.
    expect(wrong.reverse()).toEqual([]);
  });
});
