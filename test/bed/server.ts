// VS Code's server as a child process: started on a free port, stopped with everything it started.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerProgram } from './install.js';

export interface ServerOptions {
  readonly program: ServerProgram;
  /** Where the server keeps its state: user data, settings, installed extensions. */
  readonly folder: string;
  /** A folder of installed extensions other than `folder`/extensions. */
  readonly extensions?: string;
  /** User settings beside the quiet ones every test wants. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The display language; only extensions follow it, as the workbench's own translations are not installed. */
  readonly language?: string;
  /** For the server and so for the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What the workbench opens. */
export interface Workbench {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Folders of extensions under development. */
  readonly develop?: readonly string[];
  /** Module whose `run()` the extension host executes. */
  readonly tests?: string;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Where it keeps its state. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** No welcome page, no updates, no telemetry, nothing that steals the focus. */
const QUIET_SETTINGS = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'git.enabled': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'window.autoDetectColorScheme': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

export async function startServer(options: ServerOptions): Promise<Server> {
  const user = path.join(options.folder, 'data/User');
  mkdirSync(user, { recursive: true });
  writeFileSync(
    path.join(user, 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2),
  );
  if (options.language !== undefined) writeLanguagePack(options.folder, options.language);
  const child = spawn(
    options.program.node,
    [
      ...commonArguments(options),
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--disable-workspace-trust'],
      // Without the smoke test driver the server ignores extensions under development.
      ...['--enable-smoke-test-driver', '--disable-getting-started-override', '--log', 'info'],
      // A closed page's extension host ends at once instead of waiting hours for it to come back.
      ...['--reconnection-grace-time', '5'],
      ...(options.language === undefined ? [] : ['--locale', options.language]),
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environment(options) },
  );
  const kill = (): void => {
    killGroup(child);
  };
  process.prependOnceListener('exit', kill);
  try {
    const port = await listening(child);
    return {
      port,
      pid: child.pid ?? -1,
      folder: options.folder,
      async stop() {
        process.off('exit', kill);
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        kill();
        await gone;
      },
    };
  } catch (error) {
    kill();
    throw error;
  }
}

/** Installs a packaged extension into the state of a server that does not run. */
export function installExtension(options: ServerOptions, vsix: string): void {
  const args = [...commonArguments(options), '--install-extension', vsix, '--force'];
  execFileSync(options.program.node, args, {
    env: environment(options),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function commonArguments({ program, folder, extensions }: ServerOptions): string[] {
  return [
    ...[
      program.main,
      '--accept-server-license-terms',
      '--telemetry-level',
      'off',
      '--server-data-dir',
      folder,
    ],
    ...['--user-data-dir', path.join(folder, 'data')],
    ...['--extensions-dir', extensions ?? path.join(folder, 'extensions')],
  ];
}

/** VS Code takes up a display language only with a language pack; this one translates nothing. */
function writeLanguagePack(folder: string, language: string): void {
  const translation = path.join(folder, 'data/translation.json');
  writeFileSync(translation, JSON.stringify({ contents: {} }));
  const pack = {
    hash: language,
    label: language,
    extensions: [{ extensionIdentifier: { id: 'test.language-pack' }, version: '1.0.0' }],
    translations: { vscode: translation },
  };
  writeFileSync(path.join(folder, 'data/languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/** The caller's environment without what a surrounding VS Code would say to this one. */
function environment({ env }: ServerOptions): NodeJS.ProcessEnv {
  const foreign = /^(PORT|PASSWORD|HASHED_PASSWORD|VSCODE_.*|CODE_SERVER_.*|ELECTRON_.*)$/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{}', ...env };
}

/** The port, once the server answers on it. */
async function listening(child: ChildProcess): Promise<number> {
  const log: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    const read = (line: string): void => {
      log.push(line);
      const found = /Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', read);
    }
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`VS Code's server ended with ${String(code)}:\n${log.join('\n')}`));
    });
  });
  const answer = await fetch(`http://127.0.0.1:${port}/version`);
  if (!answer.ok) throw new Error(`VS Code's server answers ${answer.status}`);
  return port;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** The address that opens the workbench. */
export function workbenchUrl(port: number, { folder, develop = [], tests }: Workbench): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = develop.map((extension) => ['extensionDevelopmentPath', remote(extension)]);
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)]);
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}
