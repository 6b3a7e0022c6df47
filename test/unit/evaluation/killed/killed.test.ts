import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { fileOf, parseJournal } from '../../../../src/evaluation/journal.js';
import { Random } from '../../engine/fuzz/random.js';

const KILLS = 20;
const PICTURES = 400;
/** So many pictures a program may be ahead of who kills it, who may be slow. */
const AHEAD = 8;

const folder = mkdtempSync(join(tmpdir(), 'relevance-cam-killed-'));
const program = resolve(import.meta.dirname, '../../../../out/test-evaluation/killed.cjs');
beforeAll(async () => {
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'model.onnx'), 'weights');
  for (let i = 0; i < PICTURES; i++)
    writeFileSync(join(folder, `images/${i}${i % 50 === 0 ? 'broken' : ''}.png`), '');
  await build({
    entryPoints: [join(import.meta.dirname, 'program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a run that is killed at random moments loses no finished picture', async () => {
  const random = new Random(1);
  const done = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const fresh = await runKilled('killed.json', random.below(15));
    const journal = parseJournal('journal', readFileSync(join(folder, 'killed.json.journal')));
    for (const file of fresh) done.add(file);
    expect(journal?.entries.map(fileOf)).toEqual(expect.arrayContaining([...done]));
  }
  expect(done.size).toBeGreaterThan(KILLS);
  expect(existsSync(join(folder, 'killed.json'))).toBe(false);

  await runKilled('killed.json', Infinity);
  await runKilled('whole.json', Infinity);
  expect(readFileSync(join(folder, 'killed.json'))).toEqual(readFileSync(join(folder, 'whole.json')));
});

/** Kills the program once it has said of so many more pictures than before that they are done. @returns all that it said */
async function runKilled(report: string, more: number): Promise<readonly string[]> {
  const before = doneBefore(`${report}.journal`);
  const words = [program, folder, report, String(before + more + AHEAD)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length - 1 - before > more) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

function doneBefore(journal: string): number {
  const file = join(folder, journal);
  return existsSync(file) ? (parseJournal(file, readFileSync(file))?.entries.length ?? 0) : 0;
}
