// Two models on one picture: their maps stand beside each other, and what befalls one leaves the other as it is.
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { difference, Panel } from './support/panel.js';
import { MODEL, PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

const OTHER = 'early.onnx';
const early = readFileSync(path.join(SAMPLE, 'checkpoints/epoch-01.onnx'));
const labels = readFileSync(path.join(SAMPLE, 'sample.labels.txt'));
const METHODS = 4;

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({ files: { [OTHER]: early, 'early.labels.txt': labels } });
  panel = new Panel(workbench.page);
  await workbench.rightClick(PICTURE, 'Explain with Relevance-CAM');
  await workbench.pick(MODEL);
  await panel.explained();
  await panel.openView('Compare');
});

afterAll(() => workbench.close());

const second = (): Locator => panel.frame.locator('.compare-second');
const columns = (): Promise<string[]> => panel.frame.getByRole('columnheader').allInnerTexts();
/** The cells by Relevance-CAM of one of the models. */
const maps = (model: string): Locator =>
  panel.frame.locator(`.cell.known[data-method="relevance-cam"][aria-label*="${model}"]`);
const rows = (): Promise<number> => panel.frame.getByRole('rowheader').count();

test('a second model is chosen, and explains the same picture for the class of the same name', async () => {
  const choose = second().getByRole('button', { name: 'Second Model…' });
  await choose.focus();
  await workbench.page.keyboard.press('Enter');
  await workbench.pick(OTHER);
  await expect.poll(async () => (await columns()).length).toBe(2 * METHODS);
  const [own, other] = await columns();
  expect([own, other].map((text) => text?.split(/\s+/))).toEqual([
    ['Grad-CAM', MODEL],
    ['Grad-CAM', OTHER],
  ]);
  for (const model of [MODEL, OTHER]) await expect.poll(() => maps(model).count()).toBe(await rows());
  await expect.poll(() => second().getByRole('status').innerText()).toContain('the class of the same name');
  const deepest = (model: string): ReturnType<Panel['colours']> =>
    panel.colours(maps(model).first().locator('canvas'));
  expect(difference(await deepest(MODEL), await deepest(OTHER))).toBeGreaterThan(0.02);
  const focused = second().getByRole('button', { name: OTHER }).first();
  await expect.poll(() => focused.evaluate((button) => button === document.activeElement)).toBe(true);
  // How far it is has been said too, from the beginning to the end.
  await expect.poll(() => panel.frame.locator('.spoken').innerText()).toContain(`${OTHER}: Finished.`);
  await workbench.screenshot('compare.two');
});

test('the arrow keys go from one model to the other; Explain shows the panel’s own', async () => {
  const { keyboard } = workbench.page;
  await maps(MODEL).first().focus();
  await keyboard.press('Enter');
  const large = panel.frame.getByRole('dialog');
  const title = large.getByRole('heading');
  const explain = large.getByRole('button', { name: 'Show in Explain' });
  await expect.poll(() => title.innerText()).toContain(MODEL);
  expect(await explain.count()).toBe(1);
  await keyboard.press('ArrowRight');
  await expect.poll(() => title.innerText()).toContain(OTHER);
  expect(await explain.count()).toBe(0);
  await keyboard.press('Escape');
  await large.waitFor({ state: 'hidden' });
});

test('both explain the next picture', async () => {
  const name = (): Promise<string> => panel.frame.locator('.head-image').innerText();
  const before = await name();
  await workbench.page.keyboard.press('Alt+Shift+PageDown');
  await expect.poll(name).not.toBe(before);
  for (const model of [MODEL, OTHER]) await expect.poll(() => maps(model).count()).toBe(await rows());
});

test('a second model whose file is gone says so in its half, and is back with its file', async () => {
  const file = path.join(workbench.folder, OTHER);
  renameSync(file, `${file}.away`);
  await expect.poll(() => second().getByRole('alert').innerText()).toContain(OTHER);
  await expect.poll(() => maps(OTHER).count()).toBe(0);
  expect(await maps(MODEL).count()).toBe(await rows());
  renameSync(`${file}.away`, file);
  await expect.poll(() => maps(OTHER).count()).toBe(await rows());
});

test('without it the grid has its own model alone', async () => {
  await second()
    .getByRole('button', { name: `Remove the second model ${OTHER}` })
    .click();
  await expect.poll(columns).toEqual(['Grad-CAM', 'Grad-CAM++', 'Score-CAM', 'Relevance-CAM']);
  await expect
    .poll(() => second().evaluate((element) => element.contains(document.activeElement)))
    .toBe(true);
});
