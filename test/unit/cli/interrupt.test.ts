import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const folder = temporaryFolder();
program('interrupt');

test('interrupting cancels, leaves nothing behind and ends with status 2', async () => {
  const temporary = folder.path('temporary');
  await mkdir(temporary);
  const json = folder.path('explanation.json');
  const sample = join(ROOT, 'media/sample');
  const words = ['--model', join(sample, 'sample.onnx'), '--image', join(sample, 'pictures/boat-cat.png')];
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'out/test-cli/interrupt/cli.js'),
      'explain',
      ...words,
      '--method',
      'score-cam',
      '--json',
      json,
    ],
    { env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const told: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => told.push(bytes));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // From when the engine has its folder, it listens to the interrupt.
  const folders = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('relevance-cam-'));
  const engines = (): string[] => folders().flatMap((name) => readdirSync(join(temporary, name)));
  await vi.waitFor(
    () => {
      expect(engines()).not.toEqual([]);
    },
    { timeout: 60_000, interval: 5 },
  );
  child.kill('SIGINT');
  expect(await ended).toBe(2);
  expect(Buffer.concat(told).toString()).toBe('relevance-cam: Cancelled.\n');
  expect(folders()).toEqual([]);
  expect(existsSync(json)).toBe(false);
});
