import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const folder = temporaryFolder();
program('interrupt');

const SAMPLE = join(ROOT, 'media/sample');
const SOURCE = ['--model', join(SAMPLE, 'sample.onnx'), '--image', join(SAMPLE, 'pictures/boat-cat.png')];

// Windows ends a process that is sent a signal by another one, and asks nothing.
test.skipIf(process.platform === 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s cancels, leaves nothing behind and ends with status %i', async (signal, status) => {
  const temporary = folder.path(`temporary-${signal}`);
  const out = folder.path(`out-${signal}`);
  await mkdir(temporary);
  await mkdir(out);
  const json = join(out, 'explanation.json');
  await writeFile(json, 'former');
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'out/test-cli/interrupt/cli.js'),
      'explain',
      ...SOURCE,
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
  await vi.waitFor(
    () => {
      expect(readdirSync(temporary)).not.toEqual([]);
    },
    { timeout: 60_000, interval: 5 },
  );
  child.kill(signal);
  expect(await ended).toBe(status);
  expect(Buffer.concat(told).toString()).toBe('relevance-cam: Cancelled.\n');
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(out)).toEqual(['explanation.json']);
});

test('a reader who stops reading, as "head" does, ends it quietly', async () => {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'out/test-cli/interrupt/cli.js'), 'explain', ...SOURCE, '--json', '-'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const told: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => told.push(bytes));
  child.stdout.destroy();
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect([status, Buffer.concat(told).toString()]).toEqual([141, '']);
});
