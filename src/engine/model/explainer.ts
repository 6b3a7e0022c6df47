import * as ort from 'onnxruntime-node';

import type { LayerExplanation } from '../../protocol/explanation.js';
import type { Blocker } from '../../protocol/model.js';
import { compile, TOP, type FeatureMap, type LayerOutputs } from '../compile/explanationGraph.js';
import { TARGET } from '../compile/seed.js';
import type { Method } from '../methods/method.js';
import { createSession, type Fetches, type Session } from '../runtime/session.js';
import type { PreparedModel } from './prepare.js';

export interface RawExplanation {
  readonly logits: Float32Array;
  /** Index of the class that was explained. */
  readonly target: number;
  readonly layers: readonly LayerExplanation[];
}

/** A model compiled for one method. */
export interface Explainer {
  readonly blocked: ReadonlyMap<string, Blocker>;
  /** Operator types without a rule on the way back. */
  readonly obstacles: ReadonlySet<string>;
  /** The values of the image input as the model takes them. */
  readonly feedOf: (input: Float32Array) => ort.Tensor;
  /**
   * @param input values of the image input
   * @param target class index, or null for the predicted class
   * @param layers tensors to explain, in the order of computation; the blocked ones are left out
   * @param top how many channels come with their activation
   */
  explain(
    input: Float32Array,
    target: number | null,
    layers: readonly string[],
    top: number,
  ): Promise<RawExplanation>;
  /** float [N], without an explanation */
  logits(input: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Compiles a model for a method and makes it ready to run. */
export async function createExplainer(
  model: PreparedModel,
  method: Method,
  inputShape: readonly number[],
  file: string,
): Promise<Explainer> {
  const compiled = compile(model.analysis, method, model.logits, model.layers);
  const { graph, blocked, obstacles } = compiled;
  const session = await createSession(graph, file);
  const maps = new Map(model.layers.map((layer) => [layer.tensor, layer]));
  const { name: image, isBytes } = model.image;
  const feedOf = (input: Float32Array): ort.Tensor =>
    isBytes
      ? new ort.Tensor('uint8', Uint8Array.from(input, Math.round), inputShape)
      : new ort.Tensor('float32', input, inputShape);
  const run = (
    input: Float32Array,
    target: number | null,
    top: number,
    fetches: readonly string[],
  ): Promise<Fetches> => runSession(session, { [image]: feedOf(input) }, target, top, fetches);
  return {
    blocked,
    obstacles,
    feedOf,
    async explain(input, target, layers, top) {
      const wanted = layers.flatMap((tensor) => {
        const [layer, names] = [maps.get(tensor), compiled.layers.get(tensor)];
        return layer && names ? [{ layer, names }] : [];
      });
      const names = wanted.flatMap((entry) => Object.values<string | null>({ ...entry.names }));
      const fetches = [
        ...new Set([compiled.logits, compiled.explained, ...names.filter((name) => name !== null)]),
      ];
      const results = await run(input, target, top, fetches);
      const logits = floats(results, compiled.logits);
      const explained = integers(results, compiled.explained)[0] ?? 0;
      const s = seedMagnitude(logits, explained);
      return {
        logits,
        target: explained,
        layers: wanted.map(({ layer, names }) => layerExplanation(layer, names, results, s)),
      };
    },
    async logits(input) {
      return floats(await run(input, null, 1, [compiled.logits]), compiled.logits);
    },
    dispose: () => session.dispose(),
  };
}

function runSession(
  session: Session,
  image: Record<string, ort.Tensor>,
  target: number | null,
  top: number,
  fetches: readonly string[],
): Promise<Fetches> {
  const scalar = (value: number): ort.Tensor => new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), [1]);
  return session.run({ ...image, [TARGET]: scalar(target ?? -1), [TOP]: scalar(top) }, fetches);
}

function layerExplanation(
  { tensor, channels, height, width }: FeatureMap,
  names: LayerOutputs,
  results: Fetches,
  s: number,
): LayerExplanation {
  const weights = floats(results, names.weights);
  const activations = floats(results, names.activations);
  const pixels = height * width;
  const total =
    names.sum === null
      ? weights.reduce((sum, weight) => sum + weight, 0)
      : (floats(results, names.sum)[0] ?? 0);
  return {
    tensor,
    channels,
    height,
    width,
    map: floats(results, names.map),
    weights,
    top: integers(results, names.top).map((channel, rank) => ({
      channel,
      weight: weights[channel] ?? 0,
      activation: activations.slice(rank * pixels, (rank + 1) * pixels),
    })),
    relevanceSum: total / s,
  };
}

/** s of the seed: |z_t|, or 1 where it is 0. */
function seedMagnitude(logits: Float32Array, target: number): number {
  return Math.abs(logits[logits.length === 1 ? 0 : target] ?? 0) || 1;
}

function floats(results: Fetches, name: string): Float32Array {
  const data = results[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`output ${name} is no float tensor`);
}

function integers(results: Fetches, name: string): readonly number[] {
  const data = results[name]?.data;
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  throw new Error(`output ${name} is no int64 tensor`);
}
