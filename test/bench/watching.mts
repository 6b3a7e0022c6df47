import { linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { readModel } from '../../src/engine/onnx/read.js';
import { peakOfCommand } from './commandLine.mjs';
import { open, PICTURE, type Row, type Subject } from './subject.mjs';
import { writeWeights } from './weightsFile.mjs';

const LAYERS = 4;
const FEW = 30;
const MANY = 300;
/** The same file under another name is another checkpoint: all of them apart would fill a disk. */
const APART = 5;
const MIB = 2 ** 20;

/** The command `watch` over many checkpoints of weights, at four layers: the memory it takes against that for a few. */
export async function watching(subject: Subject): Promise<readonly Row[]> {
  // The kernel keeps the peak of a process in /proc.
  if (process.platform !== 'linux') return [];
  const { model, cacheFolder } = subject;
  const folder = path.join(cacheFolder, 'watching');
  mkdirSync(folder);
  const graph = readModel(model);
  const weights = Array.from({ length: APART }, (_, step) => {
    const file = path.join(folder, `weights-${step}.safetensors`);
    writeWeights(file, graph, step);
    return file;
  });
  const opened = await open(subject);
  const able = opened.facts.layers.filter(({ blockedBy }) => blockedBy === null);
  const layers = able.slice(-LAYERS).map(({ tensor }) => tensor);
  await opened.dispose();
  const peakAfter = async (count: number): Promise<number> => {
    const run = path.join(folder, String(count));
    mkdirSync(run);
    for (let step = 0; step < count; step++)
      linkSync(weights[step % APART] ?? '', path.join(run, `epoch_${step}.safetensors`));
    const written = ['--out', path.join(folder, `out-${count}`), '--json', '-', '--once'];
    const asked = ['--graph', path.resolve(model), '--images', PICTURE, '--layers', layers.join(',')];
    return peakOfCommand(['watch', '--runs', run, ...asked, ...written], cacheFolder);
  };
  const [few, many] = [await peakAfter(FEW), await peakAfter(MANY)];
  const name = (count: number): string => `watch, ${LAYERS} layers at ${count} checkpoints: peak memory`;
  return [
    { name: name(FEW), value: few / MIB, unit: 'MiB' },
    { name: name(MANY), value: many / MIB, unit: 'MiB', ratio: { of: name(FEW), times: many / few } },
  ];
}
