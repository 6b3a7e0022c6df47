// What tools/conformance, an independent implementation of the same definitions in PyTorch, expects of a model.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';

import { formatNpy } from '../../../src/engine/image/npy.js';
import type { Explanation, LayerExplanation } from '../../../src/protocol/explanation.js';
import { correlation } from './statistics.js';

export const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/conformance');

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
const ExpectedFile = v.object({ logits: v.array(v.number()), layers: v.array(ExpectedLayer) });
export type ExpectedFile = v.InferOutput<typeof ExpectedFile>;
export const Expected = v.object({
  input: v.array(v.number()),
  target: v.number(),
  /** By exporter. */
  files: v.record(v.string(), ExpectedFile),
});
type ExpectedLayer = v.InferOutput<typeof ExpectedLayer>;

/** The stored picture of this size as a .npy file in a folder. */
export function inputFile(shape: readonly number[], folder: string): string {
  const name = `input-${shape.slice(shape[1] === 3 ? 2 : 1).join('x')}`; // channels first, or last as in Keras
  const values = floats(`${name}.bin.gz`);
  const file = path.join(folder, `${name}.npy`);
  writeFileSync(file, formatNpy({ shape, values }));
  return file;
}

export function floats(file: string): Float32Array {
  return new Float32Array(new Uint8Array(gunzipSync(readFileSync(path.join(FOLDER, file)))).buffer);
}

/** Largest difference as a share of the largest expected value, or of `least` where that is larger. */
export function deviation(values: ArrayLike<number>, expected: ArrayLike<number>, least = 0): number {
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

/** In what an explanation differs from what is expected; empty where it does not. */
export function faultsOf(
  { target, predictions, layers }: Explanation,
  expected: ExpectedFile,
  numbers: Float32Array,
): string[] {
  const { logits } = expected;
  const scale = Math.max(...logits.map(Math.abs));
  // One logit stands for two classes; the second is no output of the model.
  const given = predictions.filter(({ index }) => index < logits.length);
  const wrong = [target, ...given].filter(
    ({ index, logit }) => !(Math.abs(logit - (logits[index] ?? NaN)) / scale < 1e-4),
  );
  const explained = new Map(layers.map((layer) => [layer.tensor, layer]));
  return [
    ...(given.length === Math.min(5, logits.length) ? [] : [`${given.length} classes are predicted`]),
    ...wrong.map(({ index, logit }) => `logit ${index} is ${logit}`),
    ...expected.layers.flatMap((layer) => {
      const found = explained.get(layer.tensor);
      if (found === undefined)
        return layer.absorbed || layer.twin || layer.blocked ? [] : [`${layer.tensor} is missing`];
      return differences(found, layer, numbers).map((what) => `${layer.tensor} (${layer.op}) ${what}`);
    }),
  ];
}
