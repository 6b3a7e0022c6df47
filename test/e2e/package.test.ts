// The installed package by itself: its command line runs with what the package holds, and it names whose work that is.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { MODEL, PICTURE } from './support/sample.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

const Explained = v.object({
  predictions: v.array(v.object({ label: v.string() })),
  layers: v.array(v.object({ map: v.array(v.number()) })),
});

function relevanceCam(...args: string[]): string {
  const { extension } = inject('bed');
  const cli = path.join(extension, 'dist/cli.js');
  const cwd = path.join(extension, 'media/sample');
  return execFileSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8' });
}

test('the packaged command line explains a picture', () => {
  const json = relevanceCam('explain', '--model', MODEL, '--image', PICTURE, '--json', '-');
  const { predictions, layers } = v.parse(Explained, JSON.parse(json));
  expect(path.basename(PICTURE)).toContain(predictions[0]?.label);
  expect(layers.length).toBeGreaterThan(5);
  for (const { map } of layers) expect(Math.max(...map)).toBeGreaterThan(Math.min(...map));
});

test('the packaged command line draws a grid, with the font of its captions', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'relevance-cam-package-'));
  const out = path.join(folder, 'grid.png');
  const methods = ['--method', 'grad-cam', '--method', 'relevance-cam'];
  relevanceCam(
    'explain',
    '--model',
    MODEL,
    '--image',
    PICTURE,
    ...methods,
    '--layers',
    'layer2',
    '--out',
    out,
  );
  expect((await readFile(out)).subarray(1, 4).toString()).toBe('PNG');
  await rm(folder, { recursive: true });
});

test('the packaged command line inspects a model', () => {
  expect(relevanceCam('inspect', '--model', MODEL)).toContain('Conv');
});

test('the package names all that others made, with its licence', async () => {
  const { extension } = inject('bed');
  const read = (...place: string[]): Promise<string> => readFile(path.join(...place), 'utf8');
  const notices = await read(extension, 'ThirdPartyNotices.txt');
  const sections = notices.split(/^={80}$/m).slice(1);
  const licences = new Map(
    sections.flatMap((heading, index) =>
      index % 2 === 0 ? [[heading.trim().split(' ')[0], sections[index + 1]?.trim() ?? ''] as const] : [],
    ),
  );
  const bundled = v.parse(v.array(v.string()), JSON.parse(await read(ROOT, 'dist/bundled.json')));
  const beside = await readdir(path.join(extension, 'node_modules'), { recursive: true });
  const files = [...bundled, ...beside.map((file) => path.posix.join('node_modules', file))];
  const names = new Set(
    files.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/@.]+)\//.exec(file)?.[1] ?? []),
  );
  const Manifest = v.object({ dependencies: v.record(v.string(), v.unknown()) });
  const { dependencies } = v.parse(Manifest, JSON.parse(await read(ROOT, 'package.json')));
  for (const name of [...Object.keys(dependencies), ...names])
    expect(licences.get(name)?.length ?? 0, name).toBeGreaterThan(300);
});
