// Whose folder for temporary files may be removed: engines of several windows, and of several machines, share a storage.
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { ScratchFolder } from '../../../src/engine/scratch.js';
import { failureOf } from '../image/helpers.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const DAY_MS = 24 * 60 * 60 * 1000;

const work = mkdtempSync(path.join(tmpdir(), 'relevance-cam-test-'));
const program = path.join(work, 'other.cjs');
let storage: string;
let other: ChildProcess | undefined;

beforeAll(async () => {
  const contents = `
    import { ScratchFolder } from './src/engine/scratch.js';
    process.stdout.write(new ScratchFolder(process.argv[2]).path());
    setInterval(() => undefined, 1e6);`;
  const stdin = { contents, resolveDir: ROOT };
  await build({ stdin, outfile: program, bundle: true, platform: 'node', format: 'cjs' });
});

beforeEach(() => {
  storage = mkdtempSync(path.join(work, 'storage-'));
});

afterEach(() => killOther());

afterAll(() => {
  rmSync(work, { recursive: true });
});

/** Starts another process, which has a folder of its own as long as it lives. */
async function startOther(): Promise<string> {
  const child = spawn(process.execPath, [program, storage], { stdio: ['ignore', 'pipe', 'inherit'] });
  other = child;
  return new Promise((resolve) => {
    child.stdout.once('data', (name: Buffer) => {
      resolve(name.toString());
    });
  });
}

async function killOther(): Promise<void> {
  const child = other;
  if (child === undefined) return;
  other = undefined;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function age(folder: string, days: number): void {
  const then = new Date(Date.now() - days * DAY_MS);
  utimesSync(folder, then, then);
}

/** A folder of this name with a file in it. */
function leave(name: string, days: number): string {
  const folder = path.join(storage, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'constants.bin'), 'weights');
  age(folder, days);
  return folder;
}

/** Makes a folder as another window does, and removes it again. */
function passBy(): void {
  const scratch = new ScratchFolder(storage);
  scratch.path();
  scratch.remove();
}

test('another window’s folder stays as long as that window’s engine lives, and goes when it was killed', async () => {
  const theirs = await startOther();
  age(theirs, 20);
  passBy();
  expect(existsSync(theirs)).toBe(true);
  await killOther();
  passBy();
  expect(readdirSync(storage)).toEqual([]);
});

test('the number of a process that is gone may be given to this one', () => {
  const scratch = new ScratchFolder(storage);
  const name = path.basename(scratch.path());
  const [, , host, pid, started] = name.split('-');
  expect(pid).toBe(String(process.pid));
  const former = leave(`relevance-cam-${host}-${pid}-${Number(started) - 60_000}-abcdef`, 0);
  passBy();
  expect(existsSync(former)).toBe(false);
  expect(existsSync(scratch.path())).toBe(true);
  scratch.remove();
});

test('a folder of another machine is judged by its age alone', () => {
  const host = '0123456789ab';
  const used = leave(`relevance-cam-${host}-1-1700000000000-abcdef`, 20);
  const forsaken = leave(`relevance-cam-${host}-1-1700000000000-ghijkl`, 40);
  passBy();
  expect(existsSync(used)).toBe(true);
  expect(existsSync(forsaken)).toBe(false);
});

test('what is no engine’s folder is left alone', () => {
  const foreign = leave('relevance-cam-results', 400);
  passBy();
  expect(readdirSync(foreign)).toEqual(['constants.bin']);
});

test('where no folder can be made, a sentence says so', async () => {
  const file = path.join(storage, 'file');
  writeFileSync(file, '');
  const scratch = new ScratchFolder(path.join(file, 'storage'));
  const failure = await failureOf(Promise.resolve().then(() => scratch.path()));
  expect(failure.code).toBe('noTemporaryFiles');
});
