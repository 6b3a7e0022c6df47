// Builds the extension and opens VS Code with it on a copy of the sample, explaining one of its pictures: a desktop
// VS Code (`code` on the PATH, or VSCODE_EXECUTABLE), otherwise VS Code's server for the browser.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDependencies, node, root } from './setup.mjs';

ensureDependencies();
console.log('Building …');
node(['esbuild.mjs']);

const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(0));

const workspace = path.join(folder, 'sample');
cpSync(path.join(root, 'media/sample'), workspace, { recursive: true });
const [picture] = readdirSync(path.join(workspace, 'pictures')).filter((name) => name.endsWith('.png'));
const env = { RELEVANCE_CAM_SAMPLE: `pictures/${picture}` };
// The opener is installed by lying in the folder of extensions when VS Code first sees that.
const extensions = path.join(folder, 'extensions');
cpSync(path.join(root, 'scripts/opener'), path.join(extensions, 'relevance-cam.opener-0.0.0'), {
  recursive: true,
});

const desktop = process.env.VSCODE_EXECUTABLE ?? findOnPath('code');
await (desktop === undefined ? openServer() : openDesktop(desktop));

/** A window of its own, with a profile of its own; ends when the window is closed. */
async function openDesktop(executable) {
  console.log(`Opening ${executable}; close its window to end.`);
  const profile = [`--user-data-dir=${folder}/data`, `--extensions-dir=${extensions}`];
  const quiet = [
    '--disable-workspace-trust',
    '--skip-welcome',
    '--skip-release-notes',
    '--new-window',
    '--wait',
  ];
  const develop = `--extensionDevelopmentPath=${root}`;
  const shell = process.platform === 'win32';
  const child = spawn(shell ? `"${executable}"` : executable, [...profile, ...quiet, develop, workspace], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
    shell,
  });
  await once(child, 'exit');
}

/** Serves the workbench until Ctrl+C. */
async function openServer() {
  const { bundleTestBed } = await import('./bundle-tests.mjs');
  await bundleTestBed();
  const { ensureServer } = await import('../out/bed/install.mjs');
  const { startServer, workbenchUrl } = await import('../out/bed/server.mjs');
  const server = await startServer({
    program: ensureServer(root),
    folder: path.join(folder, 'server'),
    extensions,
    env,
  });
  console.log(
    `\nOpen this address in a browser on this machine (Ctrl+C ends):\n\n  ${workbenchUrl(server.port, { folder: workspace, develop: [root] })}\n`,
  );
}

function findOnPath(name) {
  const names = process.platform === 'win32' ? [`${name}.cmd`] : [name];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.flatMap((dir) => names.map((file) => path.join(dir, file))).find((file) => existsSync(file));
}
