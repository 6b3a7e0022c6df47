// Bundles the six programs: extension host, background process, command line, and the pages of panel, timeline and report.
// What became part of them is listed in dist/bundled.json.
import { build, context } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const common = {
  bundle: true,
  metafile: true,
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
  legalComments: 'none',
};
// Native packages and the captions' font stay outside the bundle: they are found by their place on disk.
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'onnxruntime-node', 'sharp', '@expo-google-fonts/roboto'],
};
const page = {
  ...common,
  platform: 'browser',
  target: 'chrome122',
  format: 'iife',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

const programs = [
  {
    ...node,
    entryPoints: {
      extension: 'src/extension/extension.ts',
      engine: 'src/engine/main.ts',
      cli: 'src/cli/main.ts',
    },
  },
  {
    ...page,
    entryPoints: {
      webview: 'src/webview/main.tsx',
      timeline: 'src/webview/timeline/main.tsx',
      report: 'src/webview/report/main.tsx',
    },
  },
].map((options) => ({ ...options, outdir: 'dist' }));

rmSync('dist', { recursive: true, force: true });
const bundled = new Set();
for (const options of programs) {
  if (watch) await (await context(options)).watch();
  else for (const file of inputsOf(await build(options))) bundled.add(file);
}
if (!watch) writeFileSync('dist/bundled.json', JSON.stringify([...bundled].sort(), null, 2));

/** The files of which something is left in a bundle. */
function inputsOf({ metafile }) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}
