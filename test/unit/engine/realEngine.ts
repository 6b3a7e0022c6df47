import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { EngineProcess, forkEngine } from '../../../src/extension/client/engineProcess.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');

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
  readonly #pid: number;

  constructor(program: string, cacheFolder: string) {
    const child = forkEngine(program, cacheFolder);
    const silent = (): void => undefined;
    super(child, { info: silent, warn: silent }, silent);
    this.#pid = child.pid ?? 0;
  }

  /** Resident memory in MiB. */
  memory(): number {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.#pid)])) / 1024;
  }
}
