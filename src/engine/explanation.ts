import type { CompareRequest } from '../protocol/engineApi.js';
import type { BlockedLayer, ClassValue, Explanation } from '../protocol/explanation.js';
import type { MethodId } from '../protocol/methods.js';
import type { Blocker, ModelInfo } from '../protocol/model.js';
import { blockedLayers } from './compareRequest.js';
import { isFiniteLayer } from './finiteLayer.js';
import type { RawExplanation } from './model/explainer.js';
import { type AnswerReading, type ClassAnswers, classAnswers, predicted } from './predictions.js';

/** What an explanation is about. */
export interface Explained {
  readonly request: CompareRequest;
  readonly info: ModelInfo;
  readonly reading: AnswerReading;
  /** What the unmodified file puts out; null where what is explained computes the same. */
  readonly fileOutput: Float32Array | null;
}

/** Differences below these parts, of a probability or of the largest value, nobody sees. */
const NOTICED = { probability: 0.005, value: 0.01 };

/**
 * An explanation as it is told.
 * @param blocked what the method cannot explain
 */
export function explanationOf(
  { method, layers, ...raw }: Omit<RawExplanation, 'method'> & { readonly method: MethodId },
  { request, info, reading, fileOutput }: Explained,
  blocked: ReadonlyMap<string, Blocker>,
): Explanation {
  const notFinite = layers
    .filter((layer) => !isFiniteLayer(layer))
    .map(({ tensor }): BlockedLayer => ({
      tensor,
      blockedBy: { op: '', node: tensor, reason: 'notFinite' },
    }));
  const said = { ...raw, output: fileOutput ?? raw.output };
  return {
    model: request.model,
    method,
    ...predicted(said, reading),
    apart: difference(classAnswers(said, reading), classAnswers(raw, reading)),
    layers: layers.filter(isFiniteLayer),
    blocked: [...blockedLayers(request, info, method, blocked), ...notFinite],
    ...(raw.card !== undefined && { card: raw.card }),
  };
}

/** The largest difference between two answers; null where it is too small to be seen. */
function difference(file: ClassAnswers, explained: ClassAnswers): ClassValue | null {
  const value = furthest(file.values, explained.values);
  if (file.probabilities !== null && explained.probabilities !== null) {
    const probability = furthest(file.probabilities, explained.probabilities);
    return probability < NOTICED.probability ? null : { probability, value };
  }
  const largest = file.values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return value <= NOTICED.value * largest ? null : { probability: null, value };
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? NaN))), 0);
}
