import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { EvaluationWorld } from '../../../src/evaluation/disk/evaluation.js';
import type { EvaluationOrder } from '../../../src/evaluation/disk/planning.js';
import { EngineError, fail } from '../../../src/engine/failure.js';
import type { Call } from '../../../src/protocol/engineApi.js';
import type { PictureChannels } from '../../../src/protocol/evaluation.js';
import type { ModelInfo } from '../../../src/protocol/model.js';
import { reportOf } from './reports.js';

const LABELS = ['cat', 'dog', 'bird'];

/**
 * An engine whose numbers follow from the names of pictures: those called `broken` cannot be read, those called `bug` make it
 * throw what it never should, and `gone` names another file than the picture; what is marked in `smeared` cannot be read,
 * and in `unnamed` it is of no class.
 */
export function fakeWorld(): EvaluationWorld & { readonly evaluated: string[] } {
  const evaluated: string[] = [];
  return {
    evaluated,
    program: '0.1.0',
    failureOf: (error) => (error instanceof EngineError ? error.failure : null),
    engine: {
      truth: ({ pictures }) =>
        Promise.resolve({
          pictures: pictures.map((picture) => ({
            picture,
            targets: [below(picture, 'expected', 3)],
            regions: [1],
            unmatched: below(picture, 'unmatched', 4) === 0 ? ['unicorn'] : [],
          })),
          failures: [],
          absent: [],
        }),
      async evaluate({ picture, target, methods, layers, metrics, channels }) {
        await setImmediate();
        const name = basename(picture);
        evaluated.push(name);
        if (name.includes('broken'))
          throw fail('foreignPicture', { file: picture, format: 'HEIC' }, new Error('of this machine'));
        if (name.includes('bug')) throw new TypeError('undefined is not a function');
        if (name.includes('gone')) throw fail('changedModel', { file: 'model.onnx' });
        const predicted = below(picture, 'predicted', 3);
        const prediction = (index: number) => ({
          ...{ index, label: LABELS[index] ?? '', probability: share(picture, 'probability') },
          ...{ value: 1, logit: 1 },
        });
        const tested = target ?? predicted;
        return {
          predictions: [prediction(predicted)],
          target: prediction(tested),
          unread: name.includes('smeared')
            ? [fail('badAnnotations', { file: `${picture}.xml`, reason: 'it is no XML' }).failure]
            : [],
          marked:
            name.includes('unnamed') || tested === below(picture, 'expected', 3)
              ? share(picture, 'marked')
              : null,
          cells: methods.flatMap((method) =>
            layers.map((tensor) => ({
              ...{ method, tensor },
              values: Object.fromEntries(
                metrics.map((metric) => [metric, share(picture, `${method}${tensor}${metric}${tested}`)]),
              ),
            })),
          ),
          channels: channels ? channelsOf(picture, layers) : null,
        };
      },
    },
  };
}

const CHANNELS = 5;

/** Few different values, so that many are equal, some of them negative; the last layer is not explained. */
function channelsOf(picture: string, layers: readonly string[]): PictureChannels {
  const each = (what: string, end: number): readonly number[] =>
    Array.from({ length: CHANNELS }, (_, channel) => below(picture, `${what} ${channel}`, end));
  return {
    ...{ width: 8, height: 6, crop: { x: 1, y: 0, width: 6, height: 6 } },
    layers: layers.map((tensor, place) =>
      place === layers.length - 1
        ? null
        : {
            relevance: Float32Array.from(each(`${tensor} relevance`, 7), (value) => value / 3 - 0.6),
            activation: Float32Array.from(each(`${tensor} activation`, 4)),
            relevanceAt: each(`${tensor} relevance at`, 16),
            activationAt: each(`${tensor} activation at`, 16),
          },
    ),
  };
}

/** 0 … 1, by the name of the picture and of what is asked. */
function share(picture: string, what: string): number {
  const digest = createHash('sha256')
    .update(`${basename(picture)} ${what}`)
    .digest();
  return digest.readUInt32BE() / 2 ** 32;
}

function below(picture: string, what: string, end: number): number {
  return Math.floor(share(picture, what) * end);
}

/** @param model a file that is there */
export function fakeInfo(model: string): ModelInfo {
  return {
    path: model,
    files: [model],
    opset: 18,
    producer: '',
    input: { name: 'x', shape: [1, 3, 8, 8] },
    otherInputs: [],
    outputs: [],
    output: { name: 'logits', shape: [1, 3] },
    tree: [],
    layers: [],
    fileOperators: [],
    operators: [],
    activation: 'softmax',
    onlyInFloat32: false,
    labels: LABELS,
    preprocessing: reportOf([]).model.preprocessing,
    preprocessingSource: 'model',
  };
}

export function fakeOrder(
  model: string,
  images: string,
  report: string,
  more: Partial<EvaluationOrder> = {},
): EvaluationOrder {
  const { methods, layers, metrics } = reportOf([]).plan;
  return {
    open: { model, settings: {} },
    images: [images],
    sources: [],
    ...{ methods, layers, metrics, report },
    ...{ limit: null, seed: 5, onlyCorrect: false, channels: true, shard: null },
    ...more,
  };
}

/** A call that can be cancelled. */
export function callOf(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, progress: () => undefined };
}
