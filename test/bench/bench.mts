// npm run bench -- --model M [--runs 30] [--json FILE]
// Ratios against a plain forward pass and a plain session, all in this one process; medians over interleaved runs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';

import { NO_CHOICE, openModel, type OpenedModel } from '../../src/engine/model/openModel.js';
import { median, time } from './timing.mjs';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    runs: { type: 'string', default: '30' },
    json: { type: 'string' },
  },
});
if (values.model === undefined) throw new Error('Name a model: npm run bench -- --model model.onnx');
const model = path.resolve(values.model);
const runs = Number(values.runs);
const openings = Math.min(runs, 9);
const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bench-'));

const open = (): Promise<OpenedModel> =>
  openModel(model, NO_CHOICE, cacheFolder, {
    signal: new AbortController().signal,
    progress: () => undefined,
  });
const plain = (): Promise<ort.InferenceSession> => ort.InferenceSession.create(model);

const openTimes: number[] = [];
const plainTimes: number[] = [];
for (let index = 0; index < openings; index++) {
  const created = await time(plain);
  await created.result.release();
  const opened = await time(open);
  await opened.result.explainer.dispose();
  // The first of each pays for loading the libraries.
  if (index > 0) {
    plainTimes.push(created.ms);
    openTimes.push(opened.ms);
  }
}
const peakOpening = process.resourceUsage().maxRSS / 1024;

const session = await plain();
const opened = await open();
const { input, layers } = opened.facts;
const values32 = Float32Array.from({ length: input.shape.reduce((a, b) => a * b, 1) }, (_, index) =>
  Math.sin(index),
);
const feeds = { [input.name]: new ort.Tensor('float32', values32, input.shape) };
const tensors = layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);

const forwardTimes: number[] = [];
const explainTimes: number[] = [];
for (let index = 0; index < runs + 3; index++) {
  const forward = await time(() => session.run(feeds));
  const explain = await time(() => opened.explainer.explain(values32, null, tensors, 3));
  if (index >= 3) {
    forwardTimes.push(forward.ms);
    explainTimes.push(explain.ms);
  }
}
await opened.explainer.dispose();
await session.release();
rmSync(cacheFolder, { recursive: true });

const result = {
  model: path.basename(model),
  layers: tensors.length,
  forwardMs: median(forwardTimes),
  explainMs: median(explainTimes),
  explainRatio: median(explainTimes.map((ms, index) => ms / (forwardTimes[index] ?? NaN))),
  plainSessionMs: median(plainTimes),
  openMs: median(openTimes),
  openRatio: median(openTimes.map((ms, index) => ms / (plainTimes[index] ?? NaN))),
  peakMemoryOpeningMiB: peakOpening,
  peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;
console.table({
  'plain forward pass': { value: ms(result.forwardMs) },
  [`explain all ${result.layers} layers`]: {
    value: `${ms(result.explainMs)}  =  ${result.explainRatio.toFixed(2)} ×`,
  },
  'plain session': { value: ms(result.plainSessionMs) },
  'open the model': { value: `${ms(result.openMs)}  =  ${result.openRatio.toFixed(2)} ×` },
  'peak memory': { value: `${result.peakMemoryMiB.toFixed(0)} MiB` },
});
const json = JSON.stringify(result, null, 2);
if (values.json === undefined) console.log(json);
else writeFileSync(values.json, `${json}\n`);
