import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { evaluatePicture } from '../../../src/engine/evaluatePicture.js';
import type { Explanation, LayerExplanation } from '../../../src/protocol/explanation.js';
import { MODEL } from '../models.js';
import { call } from './calls.js';

const SIDE = 4;
const LAYERS = ['a', 'b', 'c', 'd'];
const CAT = { index: 0, label: 'cat', probability: 0.5, value: 0, logit: 0 };

function layerOf(tensor: string): LayerExplanation {
  const map = Float32Array.of(0, 1, 2, 3);
  return { tensor, channels: 1, height: 2, width: 2, map, weights: null, top: [], relevanceSum: null };
}

test('the maps of all layers are measured in one run, where the model takes as many pictures', async () => {
  const ran: number[] = [];
  const masked = {
    atOnce: LAYERS.length,
    answer: (pictures: readonly Float32Array[]) => {
      ran.push(pictures.length);
      return Promise.resolve(
        pictures.map(() => ({ output: new Float32Array(2), logits: new Float32Array(2) })),
      );
    },
    score: () => Promise.reject(new Error('nothing is scored')),
    dispose: () => Promise.resolve(),
  };
  const explained: Explanation = {
    ...{ model: MODEL.path, method: 'relevance-cam', predictions: [CAT], target: CAT },
    ...{ values: new Float32Array(2), probabilities: null, apart: null, blocked: [] },
    layers: LAYERS.map(layerOf),
  };
  const { cells } = await evaluatePicture(
    {
      request: {
        ...{ model: MODEL.path, settings: {}, picture: 'cat.png', target: null, sources: [] },
        ...{ methods: ['relevance-cam'], layers: LAYERS, seed: 1, channels: false },
        metrics: ['average-drop', 'average-increase'],
      },
      info: {
        ...MODEL,
        preprocessing: { ...MODEL.preprocessing, inputWidth: SIDE, inputHeight: SIDE, layout: 'NCHW' },
      },
      input: new Float32Array(3 * SIDE * SIDE).fill(1),
      seen: { width: SIDE, height: SIDE, crop: { x: 0, y: 0, width: SIDE, height: SIDE } },
      annotations: { regions: [], failures: [] },
      explain: () => Promise.resolve([explained]),
      model: { masked: { ready: () => Promise.resolve(masked) }, fileOutput: () => Promise.resolve(null) },
      reading: { own: null, values: 'logits', sources: [], activation: 'softmax', labels: ['cat', 'dog'] },
    },
    { ...call(), giveWay: () => setImmediate() },
  );
  expect(ran).toEqual([LAYERS.length]);
  // Of two equal logits each class has the half, as before.
  expect(cells.map(({ values }) => values)).toEqual(
    LAYERS.map(() => ({ 'average-drop': 0, 'average-increase': 0 })),
  );
});
