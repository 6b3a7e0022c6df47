// npx tsx test/bench/answering.mts MODEL.onnx THREADS
// Explains a picture as often as it is asked on stdin, so that programs in other languages can compare themselves with it: a line
// "WORK RUNS" is answered by what a run took, in ms, by the clock and of processors. WORK is "all", "blocks", or a module's path.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import type { ExplainerRequest, Purpose } from '../../src/engine/model/explainer.js';
import type { OpenedModel } from '../../src/engine/model/openModel.js';
import { useThreads } from '../../src/engine/runtime/threads.js';
import { blocksOf } from './explaining.mjs';
import { anyInput, anyRange, open, UNWATCHED } from './subject.mjs';
import { time } from './timing.mjs';

const [file = '', threads = ''] = process.argv.slice(2);
useThreads(Number(threads));
const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-bench-'));
/** One for each work: a model keeps few explainers at a time. */
const explaining = new Map<string, () => Promise<unknown>>();

/** What the engine is asked: all layers or one by Relevance-CAM, blocks by Grad-CAM. */
function purposeOf(work: string, { layers, tree }: OpenedModel['facts']): Purpose {
  const all = layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
  const ends = tree.filter((module) => module.path === work).map(({ tensor }) => tensor);
  if (work === 'blocks') return { methods: ['grad-cam'], layers: blocksOf(tree), exactly: true };
  return { methods: ['relevance-cam'], layers: work === 'all' ? all : ends, exactly: true };
}

async function explainingBy(work: string): Promise<() => Promise<unknown>> {
  const model = await open({ model: file, runs: 0, cacheFolder });
  const purpose = purposeOf(work, model.facts);
  const explainer = await model.explainerOf(purpose, UNWATCHED);
  const request: ExplainerRequest = {
    ...{ input: anyInput(model), targets: [null], layers: purpose.layers ?? [], top: 3 },
    ...{ carried: false, range: anyRange(model) },
  };
  return () => explainer.explain(request);
}

for await (const line of createInterface(process.stdin)) {
  const [work = '', runs = ''] = line.split(' ');
  const explain = explaining.get(work) ?? (await explainingBy(work));
  explaining.set(work, explain);
  // The caches hold what others left.
  await explain();
  const before = process.cpuUsage();
  const { ms } = await time(async () => {
    for (let run = 0; run < Number(runs); run++) await explain();
  });
  const { user, system } = process.cpuUsage(before);
  console.log(`${ms / Number(runs)} ${(user + system) / 1000 / Number(runs)}`);
}
rmSync(cacheFolder, { recursive: true });
process.exit();
