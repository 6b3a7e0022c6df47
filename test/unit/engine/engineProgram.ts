import { build } from 'esbuild';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { forkEngine, type ForkOptions } from '../../../src/extension/client/forkEngine.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Has a process tell its resident memory in a file beside the program, again and again: no system command does so everywhere. */
const TELL_MEMORY = `{
  const { renameSync, writeFileSync } = require('node:fs');
  const file = require('node:path').join(__dirname, 'memory-' + process.pid);
  const tell = () => {
    writeFileSync(file + '.new', String(process.memoryUsage.rss()));
    renameSync(file + '.new', file);
  };
  setInterval(tell, 20).unref();
}`;

/** The engine's program as it is shipped, in a folder of its own, from which native packages are found. */
export class EngineProgram {
  readonly folder: string;
  /** Where its processes write. */
  readonly cacheFolder: string;
  readonly #program: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.cacheFolder = path.join(folder, 'cache');
    this.#program = path.join(folder, 'engine.cjs');
  }

  static async build(): Promise<EngineProgram> {
    mkdirSync(path.join(ROOT, 'out'), { recursive: true });
    const made = new EngineProgram(mkdtempSync(path.join(ROOT, 'out', 'engine-')));
    await build({
      entryPoints: [path.join(ROOT, 'src/engine/main.ts')],
      outfile: made.#program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      footer: { js: TELL_MEMORY },
      external: ['onnxruntime-node', 'sharp'],
      logLevel: 'warning',
    });
    return made;
  }

  fork(options: ForkOptions = {}): ChildProcess {
    return forkEngine(this.#program, this.cacheFolder, options);
  }

  remove(): void {
    // A process that was killed may take a moment to let go.
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }
}
