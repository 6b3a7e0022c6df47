// The whole way without a mouse: from a picture in the explorer to an exported map of another class of the next picture.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { hasKeyboard, Panel } from './support/panel.js';
import { OTHER_PICTURE, PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = new Panel(workbench.page);
});

afterAll(() => workbench.close());

const press = (key: string): Promise<void> => workbench.page.keyboard.press(key);

/** Everything there is to stop at is nearer than this. */
const MOST_STOPS = 80;

/** Goes on by the tab key until the keyboard is there. */
async function goTo(place: Locator): Promise<void> {
  const isThere = (): Promise<boolean> => hasKeyboard(place);
  for (let stop = 0; stop < MOST_STOPS && !(await isThere()); stop++) await press('Tab');
  expect(await isThere()).toBe(true);
}

/** Whether all of it can be seen. */
function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

async function goBackTo(place: Locator): Promise<void> {
  const isThere = (): Promise<boolean> => hasKeyboard(place);
  for (let stop = 0; stop < MOST_STOPS && !(await isThere()); stop++) await press('Shift+Tab');
  expect(await isThere()).toBe(true);
}

/** Goes down a list of the workbench until the entry that has the keyboard is the one wanted. */
async function goDownTo(focused: Locator, name: string): Promise<void> {
  const text = (): Promise<string> => focused.innerText({ timeout: 1000 }).catch(() => '');
  for (let row = 0; row < MOST_STOPS && !(await text()).includes(name); row++) await press('ArrowDown');
  expect(await text()).toContain(name);
}

test('a picture in the explorer is explained', async () => {
  const { page } = workbench;
  const explorer = page.locator('.explorer-folders-view');
  await explorer.locator('.monaco-list-row').first().waitFor();
  await press('Control+Shift+E');
  const focused = explorer.locator('.monaco-list-row.focused');
  await expect.poll(() => explorer.evaluate((place) => place.contains(document.activeElement))).toBe(true);
  await press('Home');
  await focused.waitFor();
  await goDownTo(focused, 'pictures');
  await press('ArrowRight');
  await page.locator('.explorer-folders-view').getByText(path.basename(PICTURE), { exact: true }).waitFor();
  await goDownTo(focused, path.basename(PICTURE));
  await press('Shift+F10');
  await page.locator('.monaco-menu').waitFor();
  await goDownTo(page.locator('.monaco-menu .action-item.focused'), 'Explain with Relevance-CAM');
  await press('Enter');
  await panel.explained();
  await expectAccessible(panel.frame);
});

test('then the next one of its folder', async () => {
  // The page has the keyboard from the beginning.
  await goTo(panel.classButton);
  await press('Alt+Shift+PageDown');
  const name = panel.frame.locator('.head-image');
  await expect.poll(() => name.innerText()).toBe(path.basename(OTHER_PICTURE));
  await panel.explained();
  // What had the keyboard still has it.
  await expect.poll(() => hasKeyboard(panel.classButton)).toBe(true);
});

test('the filmstrip is reached by a key, hidden by another, and shown where it is wanted again', async () => {
  const films = panel.frame.getByRole('listbox', { name: 'Pictures of the folder' });
  await press('Alt+Shift+End');
  await expect.poll(() => hasKeyboard(films)).toBe(true);
  await press('Alt+Shift+Home');
  await films.waitFor({ state: 'detached' });
  await press('Alt+Shift+End');
  await expect.poll(() => hasKeyboard(films)).toBe(true);
  await goBackTo(panel.classButton);
});

test('for another class', async () => {
  const before = await panel.explainedClass();
  await press('Enter');
  await panel.frame.locator('.combobox input').waitFor();
  await expectAccessible(panel.frame);
  await press('ArrowDown');
  await press('Enter');
  await expect.poll(() => panel.explainedClass()).not.toBe(before);
  await panel.explained();
  await expect.poll(() => hasKeyboard(panel.classButton)).toBe(true);
  const spoken = panel.frame.locator('.spoken[aria-live]');
  await expect.poll(() => spoken.innerText()).toContain(`${await panel.explainedClass()}, `);
  expect(await spoken.innerText()).toMatch(/Strongest .*, \d+(\.\d+)?% of the picture above mean \+ 1σ\./);
});

test('and its map is exported', async () => {
  const button = panel.frame.locator('header').getByRole('button', { name: 'Export' });
  await goTo(button);
  await press('Enter');
  await press('ArrowDown');
  await press('Enter');
  const file = await workbench.acceptFileBeside(OTHER_PICTURE, 'relevance-cam.map.png');
  await expect.poll(() => existsSync(file)).toBe(true);
  await expect.poll(() => hasKeyboard(button)).toBe(true);
  await workbench.screenshot('keyboard');
});

test('what is cancelled in the editor’s dialog gives the keyboard back too', async () => {
  const button = panel.frame.locator('header').getByRole('button', { name: 'Export' });
  await press('Enter');
  await press('Enter');
  const dialog = workbench.page.locator('.quick-input-widget');
  await dialog.waitFor();
  await press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => hasKeyboard(button)).toBe(true);
});

test('the preprocessing’s form opens in sight, readable, and gives the keyboard back to what opened it', async () => {
  const pencil = panel.frame.getByRole('button', { name: 'Edit preprocessing' });
  const form = panel.frame.locator('.form');
  for (const name of ['Close', 'Apply']) {
    await goTo(pencil);
    await press('Enter');
    await form.waitFor();
    expect(await form.evaluate(isInSight)).toBe(true);
    const cut = await form
      .locator('input')
      .evaluateAll((fields) => fields.map((field) => field.scrollWidth > field.clientWidth));
    expect(new Set(cut)).toEqual(new Set([false]));
    await goTo(panel.frame.locator('.form vscode-button', { hasText: name }));
    await expectAccessible(panel.frame);
    await press('Enter');
    await expect.poll(() => hasKeyboard(pencil)).toBe(true);
  }
});
