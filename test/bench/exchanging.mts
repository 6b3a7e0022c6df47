import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { Engine } from '../../src/engine/engine.js';
import { readModel } from '../../src/engine/onnx/read.js';
import { explainAll } from './explainAll.mjs';
import { UNWATCHED, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';
import { writeWeights } from './weightsFile.mjs';

/**
 * A further checkpoint of a graph, from the whole file to the maps of all layers, against opening the graph: one of
 * weights alone, and one that is a graph of its own.
 */
export async function exchanging(subject: Subject): Promise<readonly Row[]> {
  const folder = path.join(subject.cacheFolder, 'exchanging');
  mkdirSync(folder);
  const model = path.resolve(subject.model);
  const graph = readModel(model);
  const engine = new Engine({ cacheFolder: subject.cacheFolder, log: () => undefined });

  const times: Record<'opened' | 'whole' | 'weights', number>[] = [];
  // The first of each pays for loading the libraries, and the first checkpoint is no further one.
  for (let step = 0; step < Math.min(subject.runs, 9); step++) {
    // The same file under another name is another model.
    const another = { model: path.join(folder, `${step}.onnx`), settings: {} };
    symlinkSync(model, another.model);
    const opened = await time(() => engine.open(another, UNWATCHED));
    const explained = await time(() => explainAll(engine, another, opened.result));
    const file = path.join(folder, `${step}.safetensors`);
    writeWeights(file, graph, step);
    const checkpoint = { model, settings: {}, weights: { file, reference: null } };
    const exchanged = await time(() => explainAll(engine, checkpoint, opened.result));
    if (step > 0) times.push({ opened: opened.ms, whole: opened.ms + explained.ms, weights: exchanged.ms });
  }
  await engine.dispose();
  const base = times.map(({ opened }) => opened);
  const against = (other: readonly number[], name: string): readonly Row[] =>
    compared(base, other, { base: 'open the graph', other: name });
  return [
    ...against(
      times.map(({ weights }) => weights),
      'a further checkpoint of weights, to its maps',
    ),
    ...against(
      times.map(({ whole }) => whole),
      'a further checkpoint as .onnx, to its maps',
    ).slice(1),
  ];
}
