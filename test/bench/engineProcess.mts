import { build } from 'esbuild';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { EngineClient } from '../../src/extension/client/engineClient.js';
import { forkEngine } from '../../src/extension/client/forkEngine.js';

const ROOT = path.join(import.meta.dirname, '../..');

/** The engine as the extension starts it, in a process of its own, or one after the other where it replaces itself. */
export class EngineProcess {
  readonly client: EngineClient;
  #child: ChildProcess | undefined;

  constructor(program: string, cacheFolder: string) {
    this.client = new EngineClient({
      launch: () => (this.#child = forkEngine(program, cacheFolder)),
      log: { info: () => undefined, warn: console.warn },
    });
  }

  /** The most memory that the present process has held, in bytes. */
  get peak(): number {
    return this.#status('VmHWM');
  }

  /** What it holds now. */
  get resident(): number {
    return this.#status('VmRSS');
  }

  dispose(): void {
    this.client.dispose();
  }

  #status(field: string): number {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
    return Number(kilobytes) * 1024;
  }
}

/** Bundles the engine into a folder, where that was not yet done. */
export async function bundledEngine(folder: string): Promise<string> {
  const outfile = path.join(folder, 'engine.cjs');
  // From there it finds the native packages.
  process.env['NODE_PATH'] = path.join(ROOT, 'node_modules');
  if (existsSync(outfile)) return outfile;
  await build({
    entryPoints: [path.join(ROOT, 'src/engine/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node', 'sharp'],
    logLevel: 'warning',
  });
  return outfile;
}
