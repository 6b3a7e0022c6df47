import { build } from 'esbuild';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { EngineClient } from '../../src/extension/client/engineClient.js';
import { forkEngine } from '../../src/extension/client/forkEngine.js';
import { peakOf, residentOf } from './processes.mjs';

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

  /** The present process's number. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The most memory that the present process has held, in bytes. */
  get peak(): number {
    return peakOf(this.pid);
  }

  /** What it holds now. */
  get resident(): number {
    return residentOf(this.pid);
  }

  dispose(): void {
    this.client.dispose();
  }
}

/** Bundles the engine into a folder, unless it lies there. */
export function bundledEngine(folder: string): Promise<string> {
  return bundled('src/engine/main.ts', folder);
}

/** Bundles a program of this project into a folder, unless it lies there. */
export async function bundled(source: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(source, path.extname(source))}.cjs`);
  // From there it finds the native packages.
  process.env['NODE_PATH'] = path.join(ROOT, 'node_modules');
  if (existsSync(outfile)) return outfile;
  await build({
    entryPoints: [path.join(ROOT, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node', 'sharp', '@expo-google-fonts/roboto'],
    logLevel: 'warning',
  });
  return outfile;
}
