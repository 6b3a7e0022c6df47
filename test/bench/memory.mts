import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { bundledEngine, EngineProcess } from './engineProcess.mjs';
import { anyPicture, UNWATCHED, type Row, type Subject } from './subject.mjs';

const MODELS = 20;
const MIB = 2 ** 20;

/**
 * The engine's own process as the extension starts it: the most memory that it holds while it explains a picture by the
 * model, and by twenty models one after another, which are the files beside the model in turns.
 */
export async function memory({ model, cacheFolder }: Subject): Promise<readonly Row[]> {
  // The kernel keeps the peak of a process in /proc.
  if (process.platform !== 'linux') return [];
  const program = await bundledEngine(cacheFolder);
  const folder = path.dirname(path.resolve(model));
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => path.join(folder, name));
  const twenty = Array.from({ length: MODELS }, (_, index) => files[index % files.length] ?? model);
  const largest = files.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));

  const alone = await peakOf(program, cacheFolder, [path.resolve(model)]);
  const largestAlone = await peakOf(program, cacheFolder, [largest]);
  const all = await peakOf(program, cacheFolder, namedApart(twenty, path.join(cacheFolder, 'models')));
  const [file, one] = ['model file', `explaining by ${path.basename(largest)} alone: peak memory`];
  return [
    { name: file, value: sizeOf(model) / MIB, unit: 'MiB' },
    memoryRow('explaining: peak memory', alone, { of: file, value: sizeOf(model) }),
    { name: one, value: largestAlone / MIB, unit: 'MiB' },
    memoryRow(`explaining by ${MODELS} models: peak memory`, all, { of: one, value: largestAlone }),
  ];
}

function memoryRow(name: string, bytes: number, than: { readonly of: string; readonly value: number }): Row {
  return { name, value: bytes / MIB, unit: 'MiB', ratio: { of: than.of, times: bytes / than.value } };
}

/** Explains a picture by these models; the peak of the process, or of all where the engine replaces it, in bytes. */
async function peakOf(program: string, cacheFolder: string, models: readonly string[]): Promise<number> {
  const engine = new EngineProcess(program, cacheFolder);
  let peak = 0;
  try {
    for (const model of models) {
      await engine.client.explain(anyPicture(model), UNWATCHED);
      peak = Math.max(peak, engine.peak);
    }
  } finally {
    engine.dispose();
  }
  return peak;
}

/** The same file under two names is two models. */
function namedApart(files: readonly string[], folder: string): readonly string[] {
  mkdirSync(folder);
  return files.map((file, index) => {
    const name = path.join(folder, `${index}-${path.basename(file)}`);
    symlinkSync(file, name);
    return name;
  });
}

function sizeOf(file: string): number {
  return statSync(file).size;
}
