// Starts the server that all flows of one project share, with the extension under development or installed.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureTestBed } from '../../bed/install.js';
import { installExtension, startServer } from '../../bed/server.js';

export interface Bed {
  readonly port: number;
  readonly serverPid: number;
  readonly chromium: string;
  /** Where the extension lies. */
  readonly extension: string;
  /** Whether it is installed, or under development. */
  readonly packaged: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    bed: Bed;
  }
}

const ROOT = path.resolve(import.meta.dirname, '../../..');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packaged = project.name === 'packaged';
  const { program, chromium } = ensureTestBed(ROOT);
  const folder = mkdtempSync(path.join(tmpdir(), 'vscode-server-'));
  const options = { program, folder };
  if (packaged) {
    installExtension(options, path.join(ROOT, `out/relevance-cam-${process.platform}-${process.arch}.vsix`));
  }
  const extension = packaged ? installed(path.join(folder, 'extensions')) : ROOT;
  if (!existsSync(path.join(extension, 'dist/extension.js'))) throw new Error('Build the extension first.');
  const server = await startServer(options);
  project.provide('bed', { port: server.port, serverPid: server.pid, chromium, extension, packaged });
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

function installed(extensions: string): string {
  const name = readdirSync(extensions).find((entry) => entry.startsWith('relevance-cam.relevance-cam-'));
  if (name === undefined) throw new Error('The package was not installed.');
  return path.join(extensions, name);
}
