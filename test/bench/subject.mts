import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { readState } from '../../src/engine/model/modelState.js';
import { NO_CHOICE, openModel, type OpenedModel } from '../../src/engine/model/openModel.js';
import { WeightExchange } from '../../src/engine/model/weightExchange.js';
import type { Call } from '../../src/protocol/engineApi.js';

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
  /** Times the row of this name, where there is one to compare with. */
  readonly ratio?: { readonly of: string; readonly times: number };
}

export const UNWATCHED: Call = { signal: new AbortController().signal, progress: () => undefined };

export async function open({ model, cacheFolder }: Subject): Promise<OpenedModel> {
  const state = await readState({ file: path.resolve(model), weights: null });
  return openModel(
    state,
    NO_CHOICE,
    { exchange: new WeightExchange(), shared: null, cacheFolder },
    UNWATCHED,
  );
}

export function plainSession({ model }: Subject): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path.resolve(model));
}

/** Values without meaning of the size of the model's input. */
export function anyInput({ facts }: OpenedModel): Float32Array {
  return Float32Array.from({ length: facts.input.shape.reduce((a, b) => a * b, 1) }, (_, index) =>
    Math.sin(index),
  );
}
