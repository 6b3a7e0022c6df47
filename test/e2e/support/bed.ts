// What the flows run: Chromium, VS Code's server, and the extension, under development or installed from its package.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureTestBed, type ServerProgram } from '../../bed/install.js';
import { installExtension, startServer, type Server } from '../../bed/server.js';
import { ROOT } from './sample.js';

export interface Bed {
  readonly program: ServerProgram;
  readonly chromium: string;
  /** Where installed extensions lie. */
  readonly extensions: string;
  /** Where this one lies. */
  readonly extension: string;
  /** Whether it is installed, or under development. */
  readonly packaged: boolean;
}

/** @param folder where the package is installed, if that is what is tested */
export function makeBed(folder: string, packaged: boolean): Bed {
  const { program, chromium } = ensureTestBed(ROOT);
  const extensions = path.join(folder, 'extensions');
  if (packaged) {
    const vsix = path.join(ROOT, `out/relevance-cam-${process.platform}-${process.arch}.vsix`);
    installExtension({ program, folder }, vsix);
  }
  const extension = packaged ? installed(extensions) : ROOT;
  if (!existsSync(path.join(extension, 'dist/extension.js'))) throw new Error('Build the extension first.');
  return { program, chromium, extensions, extension, packaged };
}

/** A server that nobody else uses. `language`: a display language other than English. */
export async function serve({ program, extensions }: Bed, language?: string): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vscode-server-'));
  const options = { program, folder, extensions, ...(language === undefined ? {} : { language }) };
  const server = await startServer(options);
  return {
    ...server,
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
