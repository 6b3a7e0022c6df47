// Stands in for the VS Code executable that @vscode/test-electron starts: same arguments, same exit code, but the
// workbench runs in Chromium against VS Code's server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, newContext } from './browser.js';
import { ensureTestBed } from './install.js';
import { startServer, workbenchUrl } from './server.js';

/** Far beyond any honest run; only a hung extension host gets there. */
const LIMIT_MS = 10 * 60_000;

interface Arguments {
  readonly folder: string;
  readonly develop: readonly string[];
  readonly tests: string;
  readonly extensions: string | undefined;
}

function readArguments(args: readonly string[]): Arguments {
  const values = (name: string): string[] =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
  const folder = args.find((arg) => !arg.startsWith('-'));
  const tests = values('extensionTestsPath')[0];
  if (folder === undefined || tests === undefined) {
    throw new Error('A workspace folder and --extensionTestsPath are needed.');
  }
  return {
    folder: path.resolve(folder),
    develop: values('extensionDevelopmentPath').map((extension) => path.resolve(extension)),
    tests: path.resolve(tests),
    extensions: values('extensions-dir')[0],
  };
}

async function run({ folder, develop, tests, extensions }: Arguments): Promise<number> {
  const bed = ensureTestBed(path.resolve(import.meta.dirname, '../..'));
  const state = mkdtempSync(path.join(tmpdir(), 'vscode-server-'));
  const server = await startServer({
    program: bed.program,
    folder: state,
    ...(extensions === undefined ? {} : { extensions }),
  });
  const browser = await launchBrowser(bed.chromium);
  try {
    const page = await (await newContext(browser)).newPage();
    const exit = new Promise<number>((resolve, reject) => {
      page.on('crash', () => {
        reject(new Error('The workbench crashed.'));
      });
      setTimeout(() => {
        reject(new Error(`The tests did not end within ${LIMIT_MS / 60_000} minutes.`));
      }, LIMIT_MS).unref();
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
      const text = args.map(String).join(' ');
      (type === 'error' ? process.stderr : process.stdout).write(`${text}\n`);
    });
    await page.goto(workbenchUrl(server.port, { folder, develop, tests }));
    return await exit;
  } finally {
    await browser.close();
    await server.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.exitCode = await run(readArguments(process.argv.slice(2)));
