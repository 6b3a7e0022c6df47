// Bundles what the tests run outside vitest: the test bed's programs and the suite of the extension host.
import { build } from 'esbuild';
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
};

/** The programs of test/bed, as modules in out/bed. */
export async function bundleTestBed() {
  await build({
    ...common,
    entryPoints: ['install', 'server', 'browser', 'launcher'].map((name) => `test/bed/${name}.ts`),
    outdir: 'out/bed',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
  });
  chmodSync(path.join(root, 'out/bed/launcher.mjs'), 0o755);
}

/** The Mocha suite, in out/test/integration. */
export async function bundleIntegrationTests() {
  rmSync(path.join(root, 'out/test'), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ['test/integration/**/*.ts'],
    outbase: 'test',
    outdir: 'out/test',
    format: 'cjs',
    external: ['vscode', 'mocha'],
  });
}
