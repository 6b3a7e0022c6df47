// The checkpoints of a training as a timeline, while files appear, change and go.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench.close());

function cells(): Locator {
  return new Panel(workbench.page).frame.locator('.map-cell');
}

/** For each epoch how its maps stand, in the order of the columns. */
async function epochs(): Promise<Record<string, string[]>> {
  const found = new Map<string, Set<string>>();
  for (const cell of await cells().all()) {
    const label = (await cell.getAttribute('aria-label')) ?? '';
    const state = ((await cell.getAttribute('class')) ?? '').replace('map-cell ', '');
    const epoch = /Epoch (\d+)/.exec(label)?.[1] ?? label;
    found.set(epoch, (found.get(epoch) ?? new Set()).add(state));
  }
  return Object.fromEntries([...found].map(([epoch, states]) => [epoch, [...states]]));
}

function fileOf(epoch: string): string {
  return path.join(workbench.folder, `checkpoints/epoch-${epoch}.onnx`);
}

const bytesOf = (epoch: string): Buffer => readFileSync(path.join(SAMPLE, `checkpoints/epoch-${epoch}.onnx`));

test('five checkpoints are a timeline', async () => {
  await workbench.explain(PICTURE);
  // Not before: among several models one would have to be chosen.
  cpSync(path.join(SAMPLE, 'checkpoints'), path.join(workbench.folder, 'checkpoints'), { recursive: true });
  await workbench.rightClick('checkpoints', 'Watch Checkpoints…');
  await expect.poll(epochs).toEqual({ 0: ['known'], 1: ['known'], 2: ['known'], 3: ['known'], 5: ['known'] });
  await workbench.screenshot('timeline.five');
});

test('a sixth that is written in pieces appears once, whole', async () => {
  const bytes = bytesOf('05');
  const half = Math.floor(bytes.length / 2);
  writeFileSync(fileOf('06'), bytes.subarray(0, half));
  await expect.poll(async () => (await epochs())['6']).toEqual(['writing']);
  appendFileSync(fileOf('06'), bytes.subarray(half, half + 1000));
  appendFileSync(fileOf('06'), bytes.subarray(half + 1000));
  await expect.poll(async () => (await epochs())['6']).toEqual(['known']);
});

test('one that is overwritten is explained anew', async () => {
  const predictionOf = (epoch: string): Promise<string> =>
    new Panel(workbench.page).frame.locator(`.maps-step[title="epoch-${epoch}.onnx"] .maps-note`).innerText();
  const last = await predictionOf('05');
  expect(await predictionOf('00')).not.toBe(last);
  writeFileSync(fileOf('00'), bytesOf('05'));
  await expect.poll(() => predictionOf('00')).toBe(last);
});

test('one that is deleted keeps its maps, marked', async () => {
  rmSync(fileOf('01'));
  const marks = cells().locator('.map-mark');
  await expect.poll(() => marks.count()).toBeGreaterThan(0);
  expect((await epochs())['1']).toEqual(['known']);
  await workbench.screenshot('timeline.deleted');
});

test('a window that is loaded anew shows it again', async () => {
  await workbench.reload();
  const known = ['known'];
  await expect.poll(epochs).toMatchObject({ 0: known, 2: known, 3: known, 5: known, 6: known });
});
