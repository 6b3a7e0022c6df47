// Makes the extension's package for one platform: what .vscodeignore lets in, with that platform's native
// binaries only. `node scripts/package.mjs [--target linux-x64]` → out/relevance-cam-<target>.vsix
import { createVSIX, listFiles } from '@vscode/vsce';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { notices, packageFolder } from './notices.mjs';
import { node, npm, root } from './setup.mjs';

const LIMIT_BYTES = 45e6;
/** Bundled programs reach these by `require`: native parts and a font are found by their place on disk. */
const ON_DISK = ['onnxruntime-node', 'sharp', '@expo-google-fonts/roboto'];

const { values } = parseArgs({
  options: { target: { type: 'string', default: `${process.platform}-${process.arch}` } },
});
const [os, cpu] = values.target.split('-');

/** What must be inside. */
const REQUIRED = [
  ...['package.json', 'README.md', 'LICENSE', 'ThirdPartyNotices.txt', 'media/sample/sample.onnx'],
  'media/python/relevance_cam_checkpoints.py',
  ...['dist/extension.js', 'dist/engine.js', 'dist/cli.js', 'dist/webview.js', 'dist/timeline.js'],
  ...['dist/report.js', 'dist/report.css'],
  `node_modules/onnxruntime-node/bin/napi-v6/${os}/${cpu}/onnxruntime_binding.node`,
  `node_modules/@img/sharp-${values.target}/package.json`,
  'node_modules/@expo-google-fonts/roboto/400Regular/Roboto_400Regular.ttf',
  ...(os === 'win32'
    ? ['dxcompiler', 'dxil'].map(
        (name) => `node_modules/onnxruntime-node/bin/napi-v6/win32/${cpu}/${name}.dll`,
      )
    : []),
];
const FORBIDDEN =
  /^(src|test|tools|scripts|out)\/|\.(ts|tsx|map)$|(?<!^media\/python\/\w+)\.py$|^\.[^/]+$|\/DirectML\.dll$/;

const staging = path.join(root, 'out/package');
const file = path.join(root, `out/relevance-cam-${values.target}.vsix`);

node(['esbuild.mjs', '--production']);
stage();
await writeNotices();
const problems = problemsOf(await listFiles({ cwd: staging }));
if (problems.length === 0) {
  const target = { target: values.target, packagePath: file, allowMissingRepository: true };
  await createVSIX({ cwd: staging, ...target, rewriteRelativeLinks: false });
  const bytes = statSync(file).size;
  if (bytes > LIMIT_BYTES) problems.push(`it has ${bytes} bytes, over ${LIMIT_BYTES}`);
}
for (const problem of problems) console.error(`The package is wrong: ${problem}.`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A folder with the extension as it will be installed, and the native packages of the target. */
function stage() {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const copied = ['dist', 'media', 'l10n', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'];
  const manifests = ['package.nls.json', 'package.nls.ko.json'];
  for (const name of [...copied, ...manifests]) {
    const source = path.join(root, name);
    if (existsSync(source)) cpSync(source, path.join(staging, name), { recursive: true });
  }
  dropPictures(path.join(staging, 'README.md'));
  rmSync(path.join(staging, 'media/screenshots'), { recursive: true });
  const manifest = readJson('package.json');
  const { packages } = readJson('package-lock.json');
  const dependencies = Object.fromEntries(
    ON_DISK.map((name) => [name, packages[`node_modules/${name}`].version]),
  );
  // Neither npm nor vsce is to run or install anything of the development's.
  const shipped = { ...manifest, scripts: undefined, devDependencies: undefined, dependencies };
  writeFileSync(path.join(staging, 'package.json'), JSON.stringify(shipped, null, 2));
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--prefer-offline'];
  npm(['install', '--omit=dev', '--ignore-scripts', ...platform, ...quiet], { cwd: staging });
  keepOnly(path.join(staging, 'node_modules/onnxruntime-node/bin/napi-v6'), os);
  keepOnly(path.join(staging, 'node_modules/onnxruntime-node/bin/napi-v6', os), cpu);
}

/** The licences of what the bundles hold and of the packages beside them. */
async function writeNotices() {
  const bundled = readJson('dist/bundled.json').map((file) => path.join(root, file));
  const beside = (await listFiles({ cwd: staging })).map((file) => path.join(staging, file));
  const folders = [...bundled, ...beside].map(packageFolder).filter((folder) => folder !== null);
  writeFileSync(path.join(staging, 'ThirdPartyNotices.txt'), notices([...new Set(folders)]));
}

/** VS Code shows the README of an installed extension, but no pictures that lie beside it. */
function dropPictures(readme) {
  writeFileSync(readme, readFileSync(readme, 'utf8').replaceAll(/^!\[.*\]\(media\/.*\)\n\n/gm, ''));
}

function keepOnly(folder, kept) {
  for (const name of readdirSync(folder)) {
    if (name !== kept) rmSync(path.join(folder, name), { recursive: true });
  }
}

function problemsOf(files) {
  const missing = REQUIRED.filter((name) => !files.includes(name));
  const forbidden = files.filter((name) => FORBIDDEN.test(name));
  return [
    ...missing.map((name) => `${name} is missing`),
    ...forbidden.map((name) => `${name} must not be inside`),
  ];
}

function readJson(name) {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}
