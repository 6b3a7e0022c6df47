import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';

import { EngineProcess, forkEngine } from '../../../src/extension/client/engineProcess.js';

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
  readonly #program: string;

  private constructor(folder: string) {
    this.folder = folder;
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

  start(): RunningEngine {
    return new RunningEngine(this.#program, path.join(this.folder, 'cache'));
  }

  remove(): void {
    // A process that was killed may take a moment to let go.
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }
}

/** The engine in a process of its own. */
export class RunningEngine extends EngineProcess {
  readonly #told: string;

  constructor(program: string, cacheFolder: string) {
    const child = forkEngine(program, cacheFolder);
    const silent = (): void => undefined;
    super(child, { info: silent, warn: silent }, silent);
    this.#told = path.join(path.dirname(program), `memory-${child.pid ?? 0}`);
  }

  /** Resident memory in MiB, as it is now. */
  async memory(): Promise<number> {
    rmSync(this.#told, { force: true });
    const told = await vi.waitFor(() => readFileSync(this.#told, 'utf8'), { timeout: 60_000, interval: 10 });
    return Number(told) / 2 ** 20;
  }
}
