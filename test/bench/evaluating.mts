import { copyFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { Engine } from '../../src/engine/engine.js';
import type { ExplainerRequest, Purpose } from '../../src/engine/model/explainer.js';
import type { EvaluateRequest } from '../../src/protocol/engineApi.js';
import { anyInput, open, PICTURE, plainSession, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

const LAYERS = 4;

/** Average drop and increase of a picture's maps at four layers, against explaining those and four plain passes. */
export async function evaluating(subject: Subject): Promise<readonly Row[]> {
  const session = await plainSession(subject);
  const model = await open(subject);
  const { input } = model.facts;
  const able = model.facts.layers.filter(({ blockedBy }) => blockedBy === null);
  const layers = Array.from({ length: LAYERS }, (_, index) => {
    const place = Math.ceil(((index + 1) * able.length) / LAYERS) - 1;
    return able[place]?.tensor ?? '';
  });
  const purpose: Purpose = { methods: ['relevance-cam'], layers, exactly: true };
  const explainer = await model.explainerOf(purpose, UNWATCHED);
  const values = anyInput(model);
  const feeds = { [input.name]: new ort.Tensor('float32', values, input.shape) };
  const range = { low: new Float32Array(3).fill(-1), high: new Float32Array(3).fill(1) };
  const explained: ExplainerRequest = {
    ...{ input: values, targets: [null], layers, top: 1 },
    ...{ carried: false, range },
  };
  const engine = new Engine({
    cacheFolder: path.join(subject.cacheFolder, 'evaluating'),
    log: () => undefined,
  });
  // What is marked in the sample's pictures lies in files beside them, which are none of what is compared.
  const picture = path.join(subject.cacheFolder, path.basename(PICTURE));
  copyFileSync(PICTURE, picture);
  const request: EvaluateRequest = {
    ...{ model: path.resolve(subject.model), settings: {}, picture, target: null, sources: [] },
    ...{
      methods: purpose.methods,
      layers,
      metrics: ['average-drop', 'average-increase'],
      seed: 1,
      channels: false,
    },
  };

  const times: Record<'apart' | 'evaluated', number>[] = [];
  for (let index = 0; index < subject.runs + 3; index++) {
    const apart = await time(async () => {
      await explainer.explain(explained);
      for (let pass = 0; pass < LAYERS; pass++) await session.run(feeds);
    });
    const evaluated = await time(() => engine.evaluate(request, UNWATCHED));
    if (index >= 3) times.push({ apart: apart.ms, evaluated: evaluated.ms });
  }
  await engine.dispose();
  await model.dispose();
  await session.release();
  return compared(
    times.map(({ apart }) => apart),
    times.map(({ evaluated }) => evaluated),
    {
      base: `explain ${LAYERS} layers, and ${LAYERS} plain forward passes`,
      other: `average drop and increase of ${LAYERS} layers`,
    },
  );
}
