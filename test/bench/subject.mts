import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { USUAL } from '../../src/engine/model/explainer.js';
import { readState } from '../../src/engine/model/modelState.js';
import { NO_CHOICE, openModel, type OpenedModel } from '../../src/engine/model/openModel.js';
import { WeightExchange } from '../../src/engine/model/weightExchange.js';
import type { PixelRange } from '../../src/engine/image/preprocess.js';
import type { KeptGraphs } from '../../src/engine/runtime/keptGraphs.js';
import { threads } from '../../src/engine/runtime/threads.js';
import type { Call, ExplainRequest } from '../../src/protocol/engineApi.js';

export const PICTURE = path.join(import.meta.dirname, '../../media/sample/pictures/bird-cat-cup.png');

/** What every measurement is of. */
export interface Subject {
  readonly model: string;
  readonly runs: number;
  readonly cacheFolder: string;
}

/** A line of the result: what was measured, and what it is compared with. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MiB';
  /** Of how many nodes it is the sum. */
  readonly count?: number;
  /** Times the row of this name, where there is one to compare with. */
  readonly ratio?: {
    readonly of: string;
    readonly times: number;
    /** The same where the two took turns, and each found the caches as the other left them. */
    readonly inTurns?: number;
  };
}

export const UNWATCHED: Call = { signal: new AbortController().signal, progress: () => undefined };

/** @param kept where compiled graphs are kept; null for nowhere */
export async function open(
  { model, cacheFolder }: Subject,
  kept: KeptGraphs | null = null,
): Promise<OpenedModel> {
  const state = await readState({ file: path.resolve(model), weights: null });
  return openModel(
    state,
    NO_CHOICE,
    { exchange: new WeightExchange(), shared: null, kept, cardUse: null, cacheFolder },
    UNWATCHED,
  );
}

/** Compiled for the usual method at all layers. */
export async function compiled(subject: Subject, kept: KeptGraphs | null = null): Promise<OpenedModel> {
  const model = await open(subject, kept);
  await model.explainerOf(USUAL, UNWATCHED);
  return model;
}

/** Of as many threads as the engine's. */
export function plainSession({ model }: Subject): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path.resolve(model), { intraOpNumThreads: threads() });
}

/** What asks for all layers of a picture. */
export function anyPicture(model: string): ExplainRequest {
  const source = { kind: 'image', path: PICTURE } as const;
  return {
    model: path.resolve(model),
    settings: {},
    source,
    method: 'relevance-cam',
    target: null,
    layers: null,
    top: 3,
  };
}

/** Values without meaning of the size of the model's input. */
export function anyInput({ facts }: OpenedModel): Float32Array {
  return Float32Array.from({ length: facts.input.shape.reduce((a, b) => a * b, 1) }, (_, index) =>
    Math.sin(index),
  );
}

/** Lowest and highest values of the same picture. */
export function anyRange({ facts }: OpenedModel): PixelRange {
  const channels = facts.input.shape.includes(3) ? 3 : 1;
  return { low: new Float32Array(channels).fill(-1), high: new Float32Array(channels).fill(1) };
}
