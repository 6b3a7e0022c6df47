// Models ready for Score-CAM, and requests that are watched.
import { mkdtempSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

import type { ForwardModel } from '../../../src/engine/masked/forward.js';
import { MaskedPasses } from '../../../src/engine/masked/maskedModel.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { readModel } from '../../../src/engine/onnx/read.js';
import { NO_CHOICE } from '../../../src/engine/model/openModel.js';
import { readInState, readState } from '../../../src/engine/model/modelState.js';
import { findImageInput, inputShape, isWhole } from '../../../src/engine/prepare/imageInput.js';
import { prepare } from '../../../src/engine/prepare/prepare.js';
import { WeightExchange } from '../../../src/engine/model/weightExchange.js';
import type { Turn } from '../../../src/engine/progress.js';
import { ScoreCam, type ScoreCamResult } from '../../../src/engine/scoreCam/scoreCam.js';
import { ScoreCache } from '../../../src/engine/scoreCam/scores.js';
import type { LayerExplanation } from '../../../src/protocol/explanation.js';
import { numbers } from './graphs.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
export const FIXTURES = path.join(ROOT, 'test/fixtures/conformance');
export const SAMPLE = path.join(ROOT, 'media/sample/sample.onnx');

export const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-score-'));
const opened: MaskedPasses[] = [];
afterAll(async () => {
  for (const masked of opened) await masked.dispose();
  rmSync(folder, { recursive: true });
});

export interface Opened {
  readonly model: ForwardModel;
  readonly scoreCam: ScoreCam;
  readonly input: Float32Array;
  readonly shape: readonly number[];
}

export async function open(file: string): Promise<Opened> {
  const graph = readModel(file);
  const image = findImageInput(graph, file);
  const size = { height: image.height ?? 64, width: image.width ?? 64 };
  const prepared = await prepare(graph, image, size, NO_CHOICE, file, folder);
  const state = await readState({ file, weights: null });
  const exchange = new WeightExchange();
  const read = async (): Promise<Graph> => (await readInState(state, exchange)).graph;
  const forward = { file, identity: state.identity, read, cacheFolder: folder };
  const model = { ...prepared, ...forward, image, size };
  const masked = new MaskedPasses(model);
  opened.push(masked);
  const scoreCam = new ScoreCam(model, masked);
  const shape = inputShape(image, size.height, size.width);
  const { data } = numbers(shape, 5);
  // Small whole numbers: of large ones some lie so close to a half that float32 decides how they are rounded.
  const input = Float32Array.from(data, (value) => (isWhole(image) ? Math.round(8 + 7 * value) : 2 * value));
  return { model, scoreCam, shape, input };
}

/** A call that notes how far it is after every run. */
export function watched(
  onProgress?: (fraction: number) => void,
  signal?: AbortSignal,
): Turn & { readonly fractions: number[] } {
  const fractions: number[] = [];
  return {
    fractions,
    signal: signal ?? new AbortController().signal,
    giveWay: () => setImmediate(),
    progress: (stage, fraction) => {
      expect(stage).toBe('score');
      fractions.push(fraction ?? NaN);
      onProgress?.(fraction ?? NaN);
    },
  };
}

/** How many masks each run took, of a layer without constant channels. */
export function masksPerRun(fractions: readonly number[], channels: number): readonly number[] {
  return fractions
    .slice(1)
    .map((fraction, index) => Math.round((fraction - (fractions[index] ?? 0)) * channels));
}

export function explainOne(
  { scoreCam, input }: Opened,
  tensor: string,
  targets: readonly number[],
  more: {
    readonly cache?: ScoreCache;
    readonly call?: Turn;
    readonly partial?: (result: ScoreCamResult) => void;
  } = {},
): Promise<readonly (LayerExplanation | undefined)[]> {
  const request = { input, layers: [tensor], targets, top: 3 };
  const { cache = new ScoreCache(), call = watched(), partial = () => undefined } = more;
  return scoreCam.explain(request, cache, call, partial).then((classes) => classes.map(([layer]) => layer));
}

/** Layers at these depths, 0 to 1. */
export function layersOf({ model: { layers } }: Opened, depths: readonly number[]): typeof layers {
  return depths.flatMap((depth) => layers[Math.floor(depth * layers.length)] ?? []);
}

/** The sample model, its deepest layers first. */
export async function openSample(
  file = SAMPLE,
): Promise<{ readonly sample: Opened; readonly tensor: string; readonly channels: number }> {
  const sample = await open(file);
  const [layer] = layersOf(sample, [0.9]);
  if (layer === undefined) throw new Error('no layer');
  return { sample, ...layer };
}
