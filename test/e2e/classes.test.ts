// Several classes of one picture, from shallow layers to deep ones.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { difference, type Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = await workbench.explain(PICTURE);
  await panel.openView('Classes');
});

afterAll(() => workbench.close());

const rows = (): Locator => panel.frame.locator('.class-grid tbody tr');
const names = (): Promise<string[]> => rows().locator('.class-name').allInnerTexts();
const columns = (): Promise<number> => panel.frame.locator('.class-grid thead th').count();
const keys = (): Promise<string[]> => panel.frame.locator('.correlation-key').allInnerTexts();

/** Waits until every class has its maps. */
async function mapped(classes: number): Promise<void> {
  const maps = classes * ((await columns()) - 1);
  await expect.poll(() => panel.frame.locator('.class-grid canvas').count()).toBe(maps);
}

/** The numbers of the table, row by row. */
async function correlations(): Promise<readonly number[]> {
  const texts = await panel.frame.locator('.correlation-values td').allTextContents();
  return texts.map((text) => Number(text.replace('−', '-')));
}

async function addClass(name: string): Promise<void> {
  await panel.frame.getByRole('button', { name: 'Add Class…' }).click();
  const search = panel.frame.getByRole('combobox', { name: /^Search classes/ });
  await search.fill(name);
  await expectAccessible(panel.frame);
  await search.press('Enter');
}

test('the two most probable classes are compared at every stage', async () => {
  await mapped(2);
  expect((await names())[0]).toBe(await panel.explainedClass());
  expect(await columns()).toBeGreaterThan(3);
  const [first, second] = [rows().nth(0), rows().nth(1)];
  const deepest = await Promise.all(
    [first, second].map((row) => panel.colours(row.locator('canvas').last())),
  );
  expect(difference(deepest[0] ?? [], deepest[1] ?? [])).toBeGreaterThan(0.05);
  await workbench.screenshot('classes.dark');
});

test('a map opens large and leads to the same layer of the next class', async () => {
  const { keyboard } = workbench.page;
  const [first = '', second = ''] = await names();
  const button = rows().first().locator('.map-button').last();
  await button.focus();
  await keyboard.press('Enter');
  const large = panel.frame.getByRole('dialog');
  const title = large.getByRole('heading');
  await expect.poll(() => title.innerText()).toContain(`${first}, `);
  const [, layer = ''] = (await title.innerText()).split(' · ');
  await keyboard.press('ArrowDown');
  await expect.poll(() => title.innerText()).toContain(`${second}, `);
  expect(await title.innerText()).toContain(` · ${layer} · `);
  await expectAccessible(panel.frame);
  await keyboard.press('Escape');
  await large.waitFor({ state: 'hidden' });
  await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
});

test('the correlation by depth is a line and a table', async () => {
  expect(await keys()).toHaveLength(1);
  const values = await correlations();
  expect(values).toHaveLength((await columns()) - 1);
  for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  // Two things in two places: the maps of the deepest layer are not the same.
  expect(values.at(-1)).toBeLessThan(0.99);
  const plot = panel.frame.getByRole('img', { name: /^Correlation of the maps by depth/ });
  expect(await plot.locator('.correlation-point').count()).toBe(values.length);
});

test('a third class brings three pairs, a fourth no more', async () => {
  const before = await names();
  const others = ['umbrella', 'mushroom', 'key'].filter((name) => !before.includes(name));
  await addClass(others[0] ?? '');
  await mapped(3);
  await expect.poll(keys).toHaveLength(3);
  await expect.poll(() => panel.frame.locator('.spoken').innerText()).toContain(`${others[0] ?? ''} added.`);
  await addClass(others[1] ?? '');
  await mapped(4);
  expect(await keys()).toHaveLength(3);
  expect(await panel.frame.getByText('for the first three classes').count()).toBe(1);
});

test('classes are removed until one is left', async () => {
  for (let left = 3; left >= 1; left--) {
    const removed = (await names()).at(-1);
    await rows()
      .last()
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expect.poll(() => rows().count()).toBe(left);
    await expect
      .poll(() => panel.frame.locator('.spoken').innerText())
      .toContain(`${String(removed)} removed.`);
  }
  expect(
    await rows()
      .getByRole('button', { name: /^Remove/ })
      .count(),
  ).toBe(0);
  expect(await panel.frame.locator('.correlation').count()).toBe(0);
  expect(await panel.frame.getByText('Add a second class').count()).toBe(1);
});

test('masked pictures take the place of maps', async () => {
  const canvas = rows().first().locator('canvas').last();
  const map = await panel.colours(canvas);
  await panel.frame.getByRole('checkbox', { name: 'Mask' }).click();
  await expect.poll(async () => difference(await panel.colours(canvas), map)).toBeGreaterThan(0.2);
  await addClass('cat');
  await mapped(2);
  await workbench.chooseTheme('Light Modern');
  await panel.frame.locator('body[data-vscode-theme-kind="vscode-light"]').waitFor();
  await workbench.screenshot('classes.light');
});
