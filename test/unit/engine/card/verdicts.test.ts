import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { type Verdict, Verdicts } from '../../../../src/engine/runtime/verdicts.js';

const FASTER: Verdict = { kind: 'agrees', times: 3.1, reason: '' };
const DAY_MS = 24 * 60 * 60 * 1000;

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'relevance-cam-verdicts-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(parent, { recursive: true });
});

/** The only file that there is. */
function theFile(): string {
  const [file = '', ...others] = readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  expect(others).toEqual([]);
  return path.join(parent, file);
}

test('a verdict is there for the next process, for a month', () => {
  new Verdicts(parent).set('a', FASTER);
  const next = new Verdicts(parent);
  expect(next.get('a')).toEqual(FASTER);
  expect(next.get('b')).toBeNull();
  vi.useFakeTimers({ now: Date.now() + 31 * DAY_MS });
  expect(next.get('a')).toBeNull();
});

test('a process that ended while it used the card is told of, for a day', async () => {
  const verdicts = new Verdicts(parent);
  const { pid } = spawnSync(process.execPath, ['--version']);
  await verdicts.using('a', () => {
    const file = theFile();
    const left = readFileSync(file, 'utf8').replace(`"pid":${process.pid}`, `"pid":${pid}`);
    expect(verdicts.get('a')).toBeNull();
    // As the dead one left it; what this process writes at the end is another file's.
    writeFileSync(file.replace('a.json', 'b.json'), left);
    return Promise.resolve();
  });
  expect(verdicts.get('b')?.kind).toBe('crashed');
  expect(verdicts.get('a')).toBeNull();
  vi.useFakeTimers({ now: Date.now() + 1.1 * DAY_MS });
  expect(verdicts.get('b')).toBeNull();
});

test('using the card changes no verdict, however it ends', async () => {
  const verdicts = new Verdicts(parent);
  verdicts.set('a', FASTER);
  const before = readFileSync(theFile(), 'utf8');
  await verdicts.using('a', () => Promise.resolve());
  await expect(verdicts.using('a', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(readFileSync(theFile(), 'utf8')).toBe(before);
});

test.each(['', '{', '{"found":{"kind":"best"}}'])('what %j says is nothing', (text) => {
  const verdicts = new Verdicts(parent);
  verdicts.set('a', FASTER);
  writeFileSync(theFile(), text);
  expect(verdicts.get('a')).toBeNull();
});

test('where nothing can be written the card is not used, and nothing is kept', async () => {
  const file = path.join(parent, 'file');
  writeFileSync(file, '');
  const verdicts = new Verdicts(file);
  const use = vi.fn(() => Promise.resolve());
  await expect(verdicts.using('a', use)).rejects.toMatchObject({ failure: { code: 'cannotWrite' } });
  expect(use).not.toHaveBeenCalled();
  verdicts.set('a', FASTER);
  expect(verdicts.get('a')).toBeNull();
});

test('the files are bounded', () => {
  const verdicts = new Verdicts(parent);
  for (let model = 0; model < 520; model++) verdicts.set(String(model), FASTER);
  const files = readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  expect(files).toHaveLength(500);
  expect(verdicts.get('519')).toEqual(FASTER);
});
