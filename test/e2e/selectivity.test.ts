// How each method weighs the channels of a layer.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import type { Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = await workbench.explain(PICTURE);
  await panel.openView('Selectivity');
});

afterAll(() => workbench.close());

const card = (method: string): Locator => panel.frame.locator(`.method-card[data-method="${method}"]`);
const plot = (method: string, name: string): Locator =>
  card(method).getByRole('slider', { name: new RegExp(`${name}$`) });
const readout = (method: string): Promise<string> => card(method).locator('.weight-readout').innerText();

test('shows the weights of every method but Score-CAM, with their sparsity and heaviest channels', async () => {
  for (const method of ['grad-cam', 'grad-cam++', 'relevance-cam']) {
    await plot(method, 'In channel order').waitFor();
    expect(await card(method).locator('header').innerText()).toMatch(/Hoyer 0\.\d\d/);
    expect(await card(method).locator('.top-maps li').count()).toBe(3);
    expect(await card(method).locator('.top-maps li').first().innerText()).toMatch(/#\d+\s+[\d.]+%\s+α /);
  }
  await workbench.chooseTheme('Dark Modern');
  await panel.frame.locator('body[data-vscode-theme-kind="vscode-dark"]').waitFor();
  await workbench.screenshot('selectivity.dark');
});

test('reads the same channel in all methods, by keyboard too', async () => {
  await plot('relevance-cam', 'Sorted').focus();
  await workbench.page.keyboard.press('Home');
  const heaviest = await card('relevance-cam').locator('.channel-name').first().innerText();
  await expect.poll(() => readout('relevance-cam')).toMatch(new RegExp(`^${heaviest}, rank 1 of \\d+: `));
  expect(await readout('grad-cam')).toMatch(new RegExp(`^${heaviest}, rank `));
  expect(await plot('relevance-cam', 'Sorted').getAttribute('aria-valuenow')).toBe('1');
});

test('runs Score-CAM when it is asked to', async () => {
  await card('score-cam').getByRole('button', { name: /^Run/ }).click();
  await plot('score-cam', 'Sorted').waitFor();
  await card('score-cam').getByRole('button').waitFor({ state: 'detached' });
});

test('follows the choice of layer', async () => {
  const before = await card('relevance-cam').locator('.weight-readout').innerText();
  await panel.frame.getByRole('button', { name: /^Layer/ }).click();
  await workbench.page.keyboard.press('Home');
  await panel.frame.locator('[popover] [role=option]').first().click();
  await expect.poll(() => readout('relevance-cam')).not.toBe(before);
  await card('score-cam').getByRole('button', { name: /^Run/ }).waitFor();
});

test('is saved as one picture', async () => {
  await panel.frame.getByRole('tabpanel').getByRole('button', { name: 'Export' }).click();
  await panel.frame.getByRole('menuitem', { name: 'Save as Picture…' }).click();
  const file = await workbench.acceptFileBeside(PICTURE, 'selectivity.png');
  await expect.poll(() => existsSync(file)).toBe(true);
});

test('in a light theme, and narrow', async () => {
  await workbench.chooseTheme('Light Modern');
  await panel.frame.locator('body[data-vscode-theme-kind="vscode-light"]').waitFor();
  await workbench.screenshot('selectivity.light');
  await workbench.page.setViewportSize({ width: 760, height: 1100 });
  await workbench.screenshot('selectivity.narrow');
});
