// The installed package by itself: its command line runs with what the package holds.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { MODEL, PICTURE } from './support/sample.js';

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
