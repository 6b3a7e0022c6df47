// A server with the extension, under development or installed from its package.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureTestBed } from '../../bed/install.js';
import { installExtension, startServer } from '../../bed/server.js';
import { ROOT } from './sample.js';

export interface Bed {
  readonly port: number;
  readonly serverPid: number;
  readonly chromium: string;
  /** Where the extension lies. */
  readonly extension: string;
  /** Whether it is installed, or under development. */
  readonly packaged: boolean;
}

export interface RunningBed {
  readonly bed: Bed;
  readonly stop: () => Promise<void>;
}

/** @param language display language other than English */
export async function startBed(packaged: boolean, language?: string): Promise<RunningBed> {
  const { program, chromium } = ensureTestBed(ROOT);
  const folder = mkdtempSync(path.join(tmpdir(), 'vscode-server-'));
  const options = { program, folder, ...(language === undefined ? {} : { language }) };
  if (packaged) {
    installExtension(options, path.join(ROOT, `out/relevance-cam-${process.platform}-${process.arch}.vsix`));
  }
  const extension = packaged ? installed(path.join(folder, 'extensions')) : ROOT;
  if (!existsSync(path.join(extension, 'dist/extension.js'))) throw new Error('Build the extension first.');
  const server = await startServer(options);
  return {
    bed: { port: server.port, serverPid: server.pid, chromium, extension, packaged },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function installed(extensions: string): string {
  const name = readdirSync(extensions).find((entry) => entry.startsWith('relevance-cam.relevance-cam-'));
  if (name === undefined) throw new Error('The package was not installed.');
  return path.join(extensions, name);
}
