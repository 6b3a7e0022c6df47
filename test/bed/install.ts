// Brings the test bed onto a machine: Chromium from the system's packages, VS Code's server (the npm package
// code-server carries it) and the Node it asks for in .testbed/. Only what is missing is installed.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export interface ServerProgram {
  /** The Node that runs the server. */
  readonly node: string;
  /** VS Code's `server-main.js`. */
  readonly main: string;
}

export interface TestBed {
  readonly program: ServerProgram;
  /** Chromium's executable. */
  readonly chromium: string;
}

/** A server and the Node it runs on; null: the Node that runs this program. */
interface Variant {
  readonly codeServer: string;
  readonly node: string | null;
}

const CURRENT: Variant = { codeServer: '4.139.1', node: '24.21.0' };
/** The last server for Node 20, for where the current one cannot be installed. */
const FALLBACK: Variant = { codeServer: '4.100.3', node: null };

const KOREAN_FONT = 'fonts-nanum';
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const say = (text: string): void => {
  process.stdout.write(`test bed: ${text}\n`);
};

/** Installs what is missing below `root`/.testbed and answers where everything is. */
export function ensureTestBed(root: string): TestBed {
  return { program: ensureServer(root), chromium: ensureChromium() };
}

/** The same without Chromium, for people who bring their own browser. */
export function ensureServer(root: string): ServerProgram {
  const folder = path.join(root, '.testbed');
  const ready = path.join(folder, 'ready');
  const variants = [CURRENT, FALLBACK];
  // The marker is written last, so an interrupted installation is never taken for a whole one.
  const installed = variants.find(
    (variant) => existsSync(ready) && readFileSync(ready, 'utf8') === JSON.stringify(variant),
  );
  if (installed !== undefined) return locate(folder, installed);

  const failures: unknown[] = [];
  for (const variant of variants) {
    say(`installing VS Code's server (code-server ${variant.codeServer}) into ${folder}, about a minute …`);
    try {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      install(folder, variant);
      writeFileSync(ready, JSON.stringify(variant));
      return locate(folder, variant);
    } catch (error) {
      failures.push(error);
      say(`code-server ${variant.codeServer} could not be installed: ${String(error)}`);
    }
  }
  throw new AggregateError(failures, "VS Code's server could not be installed");
}

const nodePackage = (): string => `node-${process.platform}-${process.arch}`;
const vscodeFolder = (folder: string): string => path.join(folder, 'node_modules/code-server/lib/vscode');

function locate(folder: string, variant: Variant): ServerProgram {
  return {
    node:
      variant.node === null ? process.execPath : path.join(folder, 'node_modules', nodePackage(), 'bin/node'),
    main: path.join(vscodeFolder(folder), 'out/server-main.js'),
  };
}

function install(folder: string, variant: Variant): void {
  const vscode = vscodeFolder(folder);
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  const codeServer = `code-server@${variant.codeServer}`;
  if (variant.node === null) {
    npm(folder, process.env, [codeServer, `@vscode/ripgrep-linux-${process.arch}@1.18.0`]);
    npmInVsCode(vscode, process.env);
    const ripgrep = path.join(vscode, 'node_modules/@vscode/ripgrep/bin');
    mkdirSync(ripgrep, { recursive: true });
    copyFileSync(
      path.join(folder, `node_modules/@vscode/ripgrep-linux-${process.arch}/bin/rg`),
      path.join(ripgrep, 'rg'),
    );
    symlinkSync('node_modules', path.join(vscode, 'node_modules.asar'));
    rebuild(vscode, process.env, ['@vscode/spdlog', 'native-watchdog']);
  } else {
    const node = `${nodePackage()}@${variant.node}`;
    npm(folder, process.env, [node]);
    const home = path.join(folder, 'node_modules', nodePackage());
    const env = {
      ...process.env,
      PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
      npm_config_nodedir: home,
    };
    // Both by name: npm would prune the one that is not.
    npm(folder, env, [node, codeServer]);
    npmInVsCode(vscode, env);
    rebuild(vscode, env, ['@vscode/spdlog', '@vscode/native-watchdog']);
  }
}

function npmInVsCode(vscode: string, env: NodeJS.ProcessEnv): void {
  npm(vscode, env, ['--omit=dev']);
  npm(path.join(vscode, 'extensions'), env, ['--omit=dev']);
}

function npm(folder: string, env: NodeJS.ProcessEnv, packages: readonly string[]): void {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  attempt(2, () => {
    execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, env, stdio: 'inherit' });
  });
}

/** Without these two binaries the server works as well, only its log is noisy. */
function rebuild(vscode: string, env: NodeJS.ProcessEnv, packages: readonly string[]): void {
  try {
    execFileSync('npm', ['rebuild', ...packages], { cwd: vscode, env, stdio: 'ignore' });
  } catch {
    say(`${packages.join(', ')} could not be compiled; the server does without`);
  }
}

export function ensureChromium(): string {
  const found = findChromium();
  if (found === null) apt(['chromium', KOREAN_FONT]);
  else if (!hasKoreanFont()) {
    try {
      apt([KOREAN_FONT]);
    } catch {
      say('no Korean font could be installed; Korean screenshots show boxes');
    }
  }
  const chromium = found ?? findChromium();
  if (chromium === null) throw new Error('Chromium was installed, but is not on the PATH.');
  return chromium;
}

function hasKoreanFont(): boolean {
  try {
    return execFileSync('fc-list', [':lang=ko']).length > 0;
  } catch {
    return false;
  }
}

function apt(packages: readonly string[]): void {
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(`Please install what the tests in the browser need: sudo apt-get ${install.join(' ')}`);
  }
  say(`installing ${packages.join(' and ')} …`);
  const options = [
    '-qq',
    '-o',
    'Dpkg::Use-Pty=0',
    '-o',
    'DPkg::Lock::Timeout=120',
    '-o',
    'Acquire::Retries=3',
  ];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  attempt(3, () => {
    for (const args of [['update'], install]) {
      execFileSync('apt-get', [...options, ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    }
  });
}

function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = CHROMIUM_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

function attempt(times: number, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (times === 1) throw error;
    attempt(times - 1, action);
  }
}
