import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { forkEngine } from '../../../src/extension/client/engineProcess.js';
import { EngineProcess } from '../../../src/extension/client/engineProcess.js';

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

  /** A process of its own. `log` takes its lines. */
  start(log: (line: string) => void = () => undefined): RunningEngine {
    return new RunningEngine(this.#program, path.join(this.folder, 'cache'), log);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export class RunningEngine extends EngineProcess {
  readonly #pid: number;

  constructor(program: string, cacheFolder: string, log: (line: string) => void) {
    const child = forkEngine(program, cacheFolder);
    super(child, { info: log, warn: log }, () => undefined);
    this.#pid = child.pid ?? 0;
  }

  /** Resident memory in MiB. */
  memory(): number {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(this.#pid)])) / 1024;
  }
}
