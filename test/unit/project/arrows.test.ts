// The checker of the arrows finds an import that points back, whatever kind of import it is.
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-arrows-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file, what it imports, and the rule that this breaks. */
const WRONG = [
  ['src/engine/onnx/graph.ts', 'src/engine/rules/sum.ts', 'onnx comes first'],
  ['src/engine/methods/lrp.ts', 'src/engine/prepare/shapes.ts', 'methods comes first'],
  ['src/engine/compile/backward.ts', 'src/engine/image/decode.ts', 'models know nothing of services'],
  ['src/engine/image/fit.ts', 'src/engine/onnx/read.ts', 'services know nothing of models'],
  ['src/engine/model/openModel.ts', 'src/engine/engine.ts', 'engine.ts comes last'],
  ['src/engine/failure.ts', 'src/engine/onnx/tensor.ts', 'the ground stands on nothing'],
  ['src/engine/somewhere/new.ts', 'src/engine/onnx/tensor.ts', 'every folder of the engine has its place'],
  [
    'src/extension/panel/panels.ts',
    'src/engine/engine.ts',
    'extension uses protocol, labels, evaluation, checkpoints',
  ],
  ['src/protocol/model.ts', 'src/heatmap/grid.ts', 'protocol uses nothing'],
  ['src/webview/host.ts', 'vscode', 'only the host knows vscode'],
  ['src/heatmap/paint.ts', 'fs', 'the page has no Node'],
  ['src/evaluation/summary.ts', 'path', 'the page has no Node'],
  ['src/webview/report.ts', 'src/evaluation/disk/reportFile.ts', 'the page knows no files of evaluations'],
  ['src/cli/one.ts', 'src/cli/other.ts', 'no circle among files'],
] as const;

/** Imports that break no rule by themselves; some close a circle. */
const OTHERS = [
  ['src/cli/other.ts', 'src/cli/one.ts'],
  ['src/extension/panel/a.ts', 'src/extension/model/a.ts'],
  ['src/extension/model/b.ts', 'src/extension/panel/b.ts'],
  ['src/engine/compile/trim.ts', 'src/engine/onnx/order.ts'],
  ['src/engine/model/explainer.ts', 'src/engine/failure.ts'],
] as const;

const FOLDERS = [
  ['src/extension/model', 'src/extension/panel', 'no circle among folders'],
  ['src/extension/panel', 'src/extension/model', 'no circle among folders'],
] as const;

test('an import that points back is an error, even of a type alone', async () => {
  for (const [file, used] of [...WRONG, ...OTHERS]) {
    append(file, `import type { Thing } from '${addressOf(used, file)}';\nexport type Other = Thing;\n`);
    if (used.startsWith('src/')) append(used, '');
  }
  const rules = await extractOptions(path.join(ROOT, '.dependency-cruiser.mjs'));
  const { output } = await cruise(['src'], { ...rules, baseDir: folder });
  if (typeof output === 'string') throw new Error(output);
  const found = output.summary.violations.map(({ from, to, rule }) => [from, to, rule.name]);
  expect(found.sort()).toEqual([...WRONG, ...FOLDERS].map((each) => [...each]).sort());
});

function append(file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text, { flag: 'a' });
}

/** What an import of `used` says in `file`. */
function addressOf(used: string, file: string): string {
  if (!used.startsWith('src/')) return used;
  const relative = path.posix.relative(path.posix.dirname(file), used).replace(/ts$/, 'js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}
