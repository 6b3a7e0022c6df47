// Any channel of any layer, by number or by rank, of any method; and whether its layer's map survives random weights.
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
  await panel.openView('Channel');
  await workbench.chooseTheme('Dark Modern');
  await panel.frame.locator('body[data-vscode-theme-kind="vscode-dark"]').waitFor();
});

afterAll(() => workbench.close());

const number = (): Locator => panel.frame.getByRole('spinbutton', { name: 'Channel' });
const rank = (): Locator => panel.frame.getByRole('spinbutton', { name: 'Rank' });
const maps = (): Locator => panel.frame.locator('.channel-view .shot canvas.overlay');
const titles = (): Promise<string[]> => panel.frame.locator('.channel-view .shot-title').allInnerTexts();
const facts = (): Promise<string> => panel.frame.locator('.channel-view .view-note p').first().innerText();

test('the heaviest channel is shown with its activation and its relevance', async () => {
  await expect.poll(() => maps().count()).toBe(2);
  expect(await titles()).toEqual(['Activation', 'Relevance']);
  expect(await rank().inputValue()).toBe('1');
  const channel = await number().inputValue();
  expect(await facts()).toMatch(
    new RegExp(`^Channel #${channel}: rank 1 of \\d+, weight .+, .+% of all weights$`),
  );
});

test('its maps open large and lead to each other', async () => {
  const { keyboard } = workbench.page;
  await panel.frame.getByRole('button', { name: 'Activation. Open large.' }).focus();
  await keyboard.press('Enter');
  const large = panel.frame.getByRole('dialog');
  await expect.poll(() => large.getByRole('heading').innerText()).toMatch(/^Activation/);
  await keyboard.press('ArrowRight');
  await expect.poll(() => large.getByRole('heading').innerText()).toMatch(/^Relevance/);
  await expectAccessible(panel.frame);
  await keyboard.press('Escape');
  await large.waitFor({ state: 'hidden' });
});

test('arrow keys step through the ranks', async () => {
  const first = await number().inputValue();
  const before = await panel.colours(maps().first());
  await rank().focus();
  await workbench.page.keyboard.press('ArrowUp');
  await expect.poll(() => rank().inputValue()).toBe('2');
  expect(await number().inputValue()).not.toBe(first);
  await expect.poll(async () => difference(await panel.colours(maps().first()), before)).toBeGreaterThan(0);
  await panel.frame.getByRole('button', { name: 'Previous channel' }).click();
  await expect.poll(() => number().inputValue()).toBe(first);
  expect(difference(await panel.colours(maps().first()), before)).toBe(0);
});

test('a channel is chosen by its number, and stays within the layer', async () => {
  await number().fill('5');
  await expect.poll(facts).toMatch(/^Channel #5: rank /);
  await number().fill('99999');
  await number().blur();
  expect(await number().inputValue()).toBe('5');
});

test('another layer has the channel of that number too', async () => {
  const before = await facts();
  await panel.frame.getByRole('button', { name: /^Layer / }).click();
  await expectAccessible(panel.frame);
  await panel.frame.locator('.options [role=option]').first().click();
  await expect.poll(facts).not.toBe(before);
  expect(await number().inputValue()).toBe('5');
  await expect.poll(() => maps().count()).toBe(2);
  const [activation, relevance] = await Promise.all([0, 1].map((index) => panel.colours(maps().nth(index))));
  expect(difference(activation ?? [], relevance ?? [])).toBeGreaterThan(0.02);
  await workbench.screenshot('channel.dark');
});

test('a gradient method shows the gradient, LRP relevance without weights', async () => {
  await panel.chooseMethod('Grad-CAM');
  await expect.poll(titles).toEqual(['Activation', 'Gradient']);
  await expect.poll(() => maps().count()).toBe(2);
  await panel.chooseMethod('LRP');
  await expect.poll(titles).toEqual(['Activation', 'Relevance']);
  await expect.poll(() => maps().count()).toBe(2);
  expect(await rank().count()).toBe(0);
  await expect.poll(facts).toMatch(/^Channel #5 of \d+$/);
  await workbench.chooseTheme('Light Modern');
  await workbench.screenshot('channel.light');
});

test('the sanity check begins with the panel’s own map and makes it fall apart', async () => {
  await panel.chooseMethod('Relevance-CAM');
  await panel.openView('Sanity');
  const check = panel.frame.locator('.sanity');
  const cells = check.locator('.sanity-chain .shot');
  const first = cells.first().locator('canvas');
  const last = cells.last().locator('canvas');
  // The panel's own map, until the check has one.
  await expect.poll(async () => Math.max(...(await panel.colours(first)))).toBeGreaterThan(0);
  const own = await panel.colours(first);
  // Nothing begins unasked.
  expect(await cells.count()).toBe(1);
  expect(await check.locator('.sanity-plot').count()).toBe(0);
  await check.getByRole('button', { name: /^Run/ }).click();
  await check.getByText(/^With all weights random: /).waitFor();

  const [rank, ssim] = await Promise.all([3, 4].map((column) => sanityColumn(check, column)));
  const steps = await cells.count();
  expect([rank?.length, ssim?.length]).toEqual([steps, steps]);
  expect([rank?.[0], ssim?.[0]]).toEqual([1, 1]);
  expect(Math.min(...(rank ?? []))).toBeLessThan(0.5);
  expect(ssim?.at(-1)).toBeLessThan(0.8);
  // A scroll bar may have come beside them.
  expect(difference(await panel.colours(first), own)).toBeLessThan(0.05);
  expect(difference(await panel.colours(last), own)).toBeGreaterThan(0.1);
  await workbench.screenshot('sanity.light');

  await panel.openView('Channel');
  await panel.openView('Sanity');
  expect(await cells.count()).toBe(steps);
  expect(await check.getByRole('button', { name: /^Run/ }).count()).toBe(0);
});

/** Numbers of the table, which is folded up. */
async function sanityColumn(check: Locator, column: number): Promise<readonly number[]> {
  const texts = await check.locator(`.values-table tbody tr > :nth-child(${column})`).allTextContents();
  return texts.map((text) => Number(text.replace('−', '-')));
}
