// Bundles the four programs: extension host, background process, command line and panel page.
import { build, context } from 'esbuild';
import { rmSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const common = {
  bundle: true,
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
  { ...page, entryPoints: { webview: 'src/webview/main.tsx' } },
].map((options) => ({ ...options, outdir: 'dist' }));

rmSync('dist', { recursive: true, force: true });
for (const options of programs) {
  if (watch) await (await context(options)).watch();
  else await build(options);
}
