import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { Engine } from '../../src/engine/engine.js';
import { readModel } from '../../src/engine/onnx/read.js';
import { explainAll } from './explainAll.mjs';
import { compiled, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';
import { writeWeights } from './weightsFile.mjs';

/**
 * A further checkpoint of a graph, from the whole file to the maps of all layers, against opening and compiling the graph: one of
 * weights alone, and one that is a graph of its own.
 */
export async function exchanging(subject: Subject): Promise<readonly Row[]> {
  const folder = path.join(subject.cacheFolder, 'exchanging');
  mkdirSync(folder);
  const model = path.resolve(subject.model);
  const graph = readModel(model);
  const engine = new Engine({ cacheFolder: subject.cacheFolder, log: () => undefined });

  const copyOf = (name: string): { readonly model: string; readonly settings: object } => {
    // The same file under another name is another model.
    const copy = path.join(folder, name);
    symlinkSync(model, copy);
    return { model: copy, settings: {} };
  };
  // The first pays for loading the libraries, and the first checkpoint is no further one.
  const steps = Array.from({ length: Math.min(subject.runs, 9) }, (_, step) => step);
  const inRow = async (work: (step: number) => Promise<unknown>): Promise<readonly number[]> => {
    const times: number[] = [];
    for (const step of steps) times.push((await time(() => work(step))).ms);
    return times.slice(1);
  };
  for (const step of steps) writeWeights(path.join(folder, `${step}.safetensors`), graph, step);
  const facts = await engine.open(copyOf('facts.onnx'), UNWATCHED);
  const base = await inRow(async (step) => {
    const opened = await compiled({ ...subject, model: copyOf(`${step}.onnx`).model });
    await opened.dispose();
  });
  const whole = await inRow((step) =>
    explainAll(engine, { ...copyOf(`checkpoint-${step}.onnx`), isCheckpoint: true }, facts),
  );
  const weights = await inRow((step) => {
    const file = path.join(folder, `${step}.safetensors`);
    const opening = { model, settings: {}, weights: { file, reference: null }, isCheckpoint: true };
    return explainAll(engine, opening, facts);
  });
  await engine.dispose();
  const against = (other: readonly number[], name: string): readonly Row[] =>
    compared(base, other, { base: 'open and compile the graph', other: name });
  return [
    ...against(weights, 'a further checkpoint of weights, to its maps'),
    ...against(whole, 'a further checkpoint as .onnx, to its maps').slice(1),
  ];
}
