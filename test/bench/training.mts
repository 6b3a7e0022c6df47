import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { readModel } from '../../src/engine/onnx/read.js';
import type { EngineApi, OpenRequest } from '../../src/protocol/engineApi.js';
import { bundledEngine, EngineProcess } from './engineProcess.mjs';
import { explainAll } from './explainAll.mjs';
import { UNWATCHED, type Row, type Subject } from './subject.mjs';
import { median, time } from './timing.mjs';
import { writeWeights } from './weightsFile.mjs';

const SAMPLE = path.join(import.meta.dirname, '../../media/sample/checkpoints');
const STARTS = 5;
const FEW = 30;
const MANY = 300;
const MIB = 2 ** 20;

/**
 * The sample's training: how long its checkpoints take from the start of the engine's process, every layer of each; and
 * what that process holds after many checkpoints of one graph, the sample's and the model's, against what it held after
 * a few.
 */
export async function training({ model, cacheFolder }: Subject): Promise<readonly Row[]> {
  // The kernel tells in /proc what a process holds.
  if (process.platform !== 'linux') return [];
  const program = await bundledEngine(cacheFolder);
  const models = readdirSync(SAMPLE)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => path.join(SAMPLE, name));
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const engine = new EngineProcess(program, cacheFolder);
    const { ms } = await time(async () => {
      for (const model of models)
        await openAndExplain(engine.client, { model, settings: {}, isCheckpoint: true });
    });
    starts.push(ms);
    engine.dispose();
  }

  return [
    {
      name: `the sample's ${models.length} checkpoints, all layers, from a cold start`,
      value: median(starts),
      unit: 'ms',
    },
    ...(await growth("the sample's checkpoints", program, models, cacheFolder)),
    ...(await growth("the model's checkpoints", program, [model], cacheFolder)),
  ];
}

/** What the engine holds after a few and after many checkpoints: the weights of these models in turns, each stirred. */
async function growth(
  name: string,
  program: string,
  models: readonly string[],
  cacheFolder: string,
): Promise<readonly Row[]> {
  const engine = new EngineProcess(program, cacheFolder);
  const held = await heldAfterEach(engine, models, cacheFolder);
  engine.dispose();
  const [few = NaN, many = NaN] = [held[FEW - 1], held[MANY - 1]];
  const after = (count: number): string => `memory after ${count} of ${name}`;
  return [
    { name: after(FEW), value: few / MIB, unit: 'MiB' },
    { name: after(MANY), value: many / MIB, unit: 'MiB', ratio: { of: after(FEW), times: many / few } },
  ];
}

/** In bytes. */
async function heldAfterEach(
  engine: EngineProcess,
  models: readonly string[],
  cacheFolder: string,
): Promise<readonly number[]> {
  const folder = mkdtempSync(path.join(cacheFolder, 'training-'));
  const fileOf = (step: number): string => path.join(folder, `${step}.safetensors`);
  const graphs = models.map((model) => ({ model, graph: readModel(model) }));
  const [first] = graphs;
  const held: number[] = [];
  for (let step = 0; step < MANY; step++) {
    const stirred = graphs[step % graphs.length];
    if (first === undefined || stirred === undefined) throw new Error('no checkpoints');
    writeWeights(fileOf(step), stirred.graph, step);
    // All of them together would fill a disk.
    rmSync(fileOf(step - FEW), { force: true });
    const weights = { file: fileOf(step), reference: null };
    await openAndExplain(engine.client, { model: first.model, settings: {}, weights, isCheckpoint: true });
    held.push(engine.resident);
  }
  return held;
}

async function openAndExplain(engine: EngineApi, opening: OpenRequest): Promise<void> {
  await explainAll(engine, opening, await engine.open(opening, UNWATCHED));
}
