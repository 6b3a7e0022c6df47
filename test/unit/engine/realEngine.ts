import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';

import { EngineProcess } from '../../../src/extension/client/engineProcess.js';
import type { EngineProgram } from './engineProgram.js';

/** Longer than any test. */
const PATIENCE_MS = 10 * 60 * 1000;

/** The engine in a process of its own. */
export class RunningEngine extends EngineProcess {
  readonly #told: string;

  constructor(program: EngineProgram) {
    const child = program.fork();
    const silent = (): void => undefined;
    const log = { info: silent, warn: silent };
    super(child, { log, lingerMs: PATIENCE_MS, graceMs: () => PATIENCE_MS }, silent);
    this.#told = path.join(program.folder, `memory-${child.pid ?? 0}`);
  }

  /** Resident memory in MiB, as it is now. */
  async memory(): Promise<number> {
    rmSync(this.#told, { force: true });
    const told = await vi.waitFor(() => readFileSync(this.#told, 'utf8'), { timeout: 60_000, interval: 10 });
    return Number(told) / 2 ** 20;
  }
}
