// Methods beside each other: every map but Score-CAM's at once, Score-CAM's when it is asked for.
import { existsSync, readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { difference, type Panel } from './support/panel.js';
import { onlyEngine } from './support/processes.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = await workbench.explain(PICTURE);
  await panel.openView('Compare');
});

afterAll(() => workbench.close());

const columns = (): Promise<string[]> => panel.frame.getByRole('columnheader').allInnerTexts();
const cells = (method: string): Locator => panel.frame.locator(`.cell[data-method="${method}"]`);
const map = (cell: Locator): Locator => cell.locator('canvas');

async function choose(list: string, name: string): Promise<void> {
  await panel.frame.getByRole('button', { name: new RegExp(`^${list}\\b`) }).click();
  await panel.frame.getByRole('checkbox', { name: new RegExp(`^${name}\\b(?!-)`) }).click();
  await workbench.page.keyboard.press('Escape');
}

describe('the grid', () => {
  test('has the paper’s methods beside each other, from deep layers to shallow ones', async () => {
    expect(await columns()).toEqual(['Grad-CAM', 'Grad-CAM++', 'Score-CAM', 'Relevance-CAM']);
    const rows = await panel.frame.getByRole('rowheader').count();
    expect(rows).toBeGreaterThan(2);
    for (const method of ['grad-cam', 'grad-cam++', 'relevance-cam'])
      await expect.poll(() => panel.frame.locator(`.cell.known[data-method="${method}"]`).count()).toBe(rows);
    const shallow = (method: string): Locator => map(cells(method).last());
    const gradient = await panel.colours(shallow('grad-cam'));
    expect(new Set(gradient).size).toBeGreaterThan(30);
    expect(difference(gradient, await panel.colours(shallow('relevance-cam')))).toBeGreaterThan(0.05);
    const heads = await panel.frame.getByRole('rowheader').allInnerTexts();
    const heights = heads.map((head) => Number(/(\d+)×\d+/.exec(head)?.[1]));
    expect(heights).toEqual([...new Set(heights)].toSorted((a, b) => a - b));
    await workbench.screenshot('compare.dark');
  });

  test('follows the controls of the display', async () => {
    const shallow = map(cells('relevance-cam').last());
    const before = await panel.colours(shallow);
    await panel.frame.getByRole('radio', { name: 'Shared' }).check({ force: true });
    await expect.poll(async () => difference(await panel.colours(shallow), before)).toBeGreaterThan(0);
    await panel.frame.getByRole('radio', { name: 'Own' }).check({ force: true });
    await expect.poll(async () => difference(await panel.colours(shallow), before)).toBe(0);
    await panel.frame.getByRole('checkbox', { name: 'Mask' }).click();
    await expect.poll(async () => difference(await panel.colours(shallow), before)).toBeGreaterThan(0.05);
    await panel.frame.getByRole('checkbox', { name: 'Mask' }).click();
  });

  test('are as large as there is room, or as is chosen', async () => {
    const width = async (): Promise<number> => (await cells('grad-cam').first().boundingBox())?.width ?? 0;
    const fitting = await width();
    const choose = (name: string): Promise<void> =>
      panel.frame.getByRole('radio', { name, exact: true }).check({ force: true });
    await choose('S');
    await expect.poll(width).toBeLessThan(fitting);
    const small = await width();
    await choose('L');
    await expect.poll(width).toBeGreaterThan(2 * small);
    await choose('Fit');
    await expect.poll(width).toBe(fitting);
  });

  test('is walked by keyboard; a map opens large and leads to its neighbours', async () => {
    const { keyboard } = workbench.page;
    await cells('grad-cam').first().focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    const large = panel.frame.getByRole('dialog');
    const title = large.getByRole('heading');
    await expect.poll(() => title.innerText()).toMatch(/^Grad-CAM\+\+ · /);
    await expectAccessible(panel.frame);
    const [, above = ''] = (await title.innerText()).split(' · ');
    await keyboard.press('ArrowDown');
    await expect.poll(() => title.innerText()).not.toContain(` ${above} `);
    await keyboard.press('Escape');
    await large.waitFor({ state: 'hidden' });
    const focused = cells('grad-cam++').first();
    await expect.poll(() => focused.evaluate((cell) => cell === document.activeElement)).toBe(true);
  });

  test('is put into another order by the menu of a column', async () => {
    await panel.frame.getByRole('button', { name: 'Relevance-CAM', exact: true }).click();
    await expectAccessible(panel.frame);
    await panel.frame.getByRole('menuitem', { name: 'Move Left' }).click();
    await expect.poll(columns).toEqual(['Grad-CAM', 'Grad-CAM++', 'Relevance-CAM', 'Score-CAM']);
    const moved = panel.frame.getByRole('button', { name: 'Relevance-CAM', exact: true });
    await expect.poll(() => moved.evaluate((header) => header === document.activeElement)).toBe(true);
    const spoken = (): Promise<string> => panel.frame.locator('.spoken').innerText();
    await expect.poll(spoken).toContain('Relevance-CAM moved to place 3 of 4.');
    await panel.frame.getByRole('button', { name: 'Grad-CAM++', exact: true }).click();
    await panel.frame.getByRole('menuitem', { name: 'Remove Column' }).click();
    await expect.poll(spoken).toContain('Grad-CAM++ removed.');
    await expect.poll(columns).toEqual(['Grad-CAM', 'Relevance-CAM', 'Score-CAM']);
  });

  test('says why CAM has no map of shallow layers', async () => {
    await choose('Methods', 'CAM');
    await expect.poll(() => cells('cam').last().innerText()).toContain('global average pooling');
    await expect.poll(() => cells('cam').first().getAttribute('class')).toContain('known');
  });

  test('takes further layers, in their place', async () => {
    const rows = panel.frame.getByRole('rowheader');
    const before = await rows.count();
    await choose('Layers', 'Input pixels');
    await expect.poll(() => rows.count()).toBe(before + 1);
    expect(await rows.last().innerText()).toContain('Input pixels');
    await choose('Methods', 'LRP');
    await expect.poll(() => cells('lrp').last().getAttribute('class')).toContain('known');
  });
});

describe('Score-CAM', () => {
  const inState = (state: string): Locator => panel.frame.locator(`.cell.${state}[data-method="score-cam"]`);

  test('runs where it is asked to, and only there', async () => {
    const cell = cells('score-cam').nth(1);
    expect(await cell.innerText()).toMatch(/Run\s+\d+ forward passes/);
    await cell.click();
    await expect.poll(() => cell.getAttribute('class')).toContain('known');
    expect(await inState('known').count()).toBe(1);
  });

  test('explains no pixels, and says so without being run', async () => {
    expect(await cells('score-cam').last().innerText()).toContain('not the pixels');
  });

  test('runs at every layer, is cancelled and goes on', async () => {
    const header = panel.frame.getByRole('button', { name: 'Score-CAM', exact: true });
    await header.click();
    // As long as the process is stopped, the first layer stays under way.
    const engine = await onlyEngine(workbench);
    process.kill(engine, 'SIGSTOP');
    await panel.frame.getByRole('menuitem', { name: /^Run All/ }).click();
    await inState('running').waitFor();
    expect(await inState('queued').count()).toBeGreaterThan(0);
    const notice = panel.frame.locator('.need-notice');
    await notice.getByRole('progressbar').waitFor();
    await notice.getByText('Cancel', { exact: true }).click();
    await expect.poll(() => inState('running').count()).toBe(0);
    expect(await inState('offered').count()).toBeGreaterThan(0);
    process.kill(engine, 'SIGCONT');
    await notice.getByText('Resume').click();
    await expect.poll(() => inState('offered').count()).toBe(0);
    const layers = await cells('score-cam').count();
    await expect.poll(() => inState('known').count()).toBe(layers - 1);
  });
});

describe('exporting', () => {
  test('writes the grid as one picture', async () => {
    await panel.frame.getByRole('tabpanel').getByRole('button', { name: 'Export' }).click();
    await panel.frame.getByRole('menuitem', { name: 'Save as Picture…' }).click();
    const file = await workbench.acceptFileBeside(PICTURE, 'compare.png');
    await expect.poll(() => existsSync(file)).toBe(true);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(1200);
  });

  test('or as an SVG whose texts are texts', async () => {
    await panel.frame.getByRole('tabpanel').getByRole('button', { name: 'Export' }).click();
    await panel.frame.getByRole('menuitem', { name: 'Save as SVG…' }).click();
    const file = await workbench.acceptFileBeside(PICTURE, 'compare.svg');
    await expect.poll(() => existsSync(file)).toBe(true);
    const svg = readFileSync(file, 'utf8');
    expect(svg).toContain('>Relevance-CAM</text>');
    expect(svg).toContain('>lowest to highest value of each map</text>');
    expect(svg).toContain('href="data:image/png;base64,');
  });
});

test('a row is taken off, which is said', async () => {
  await panel.frame.getByRole('rowheader').last().getByRole('button').click();
  await panel.frame.getByRole('menuitem', { name: 'Remove Row' }).click();
  const spoken = panel.frame.locator('.spoken');
  await expect.poll(() => spoken.innerText()).toContain('Input pixels removed.');
});

test('in a light theme, and narrow', async () => {
  await workbench.chooseTheme('Light Modern');
  await panel.frame.locator('body[data-vscode-theme-kind="vscode-light"]').waitFor();
  await cells('grad-cam').first().scrollIntoViewIfNeeded();
  await workbench.screenshot('compare.light');
  await workbench.page.setViewportSize({ width: 760, height: 1100 });
  await workbench.screenshot('compare.narrow');
});
