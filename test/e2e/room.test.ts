// Views keep to their room and to themselves: what one has asked for does not fill another, and little room is used well.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = new Panel(workbench.page);
  await workbench.rightClick(PICTURE, 'Explain with Relevance-CAM');
  await panel.explained();
});

afterAll(() => workbench.close());

const note = (): Locator => panel.frame.locator('.localisation .view-note');

test('all channels of the Channel view leave the heaviest three beside the picture', async () => {
  await expect.poll(() => panel.channels.count()).toBe(3);
  await panel.openView('Channel');
  await panel.frame.locator('.channel-view .shot canvas.overlay').nth(1).waitFor();
  await panel.openView('Explain');
  await panel.explained();
  expect(await panel.channels.count()).toBe(3);
});

test('boxes show as soon as their file is there, and go with it', async () => {
  const xml = path.join(workbench.folder, PICTURE.replace(/\.png$/, '.xml'));
  await panel.openView('Localisation');
  await expect.poll(() => note().innerText()).toContain('Marked: ');
  rmSync(path.join(workbench.folder, 'masks'), { recursive: true });
  await expect.poll(() => note().innerText()).toContain(`${path.basename(xml)} as Pascal VOC`);
  const box = '<bndbox><xmin>20</xmin><ymin>20</ymin><xmax>90</xmax><ymax>90</ymax></bndbox>';
  const label = await panel.explainedClass();
  writeFileSync(xml, `<annotation><object><name>${label}</name>${box}</object></annotation>`);
  await expect.poll(() => note().innerText()).toBe(`Marked: ${label}, from ${path.basename(xml)}`);
  rmSync(xml);
  await expect.poll(() => note().innerText()).toContain('Nothing is marked');
});

test('in 500 pixels every tab is in sight, and the export stays in the first line', async () => {
  await workbench.page.setViewportSize({ width: 500 + (await widthBeside()), height: 900 });
  const frame = panel.frame.locator('body');
  await expect.poll(() => frame.evaluate(() => innerWidth)).toBeLessThanOrEqual(500);
  expect(await frame.evaluate(() => innerWidth)).toBeGreaterThan(440);
  for (const view of ['Compare', 'Selectivity', 'Localisation', 'Classes', 'Channel']) {
    await panel.openView(view);
    const tops = await panel.frame
      .locator('.view-bar')
      .evaluate((bar) => [bar, ...bar.querySelectorAll('button')].map((e) => e.getBoundingClientRect().top));
    const [, first = NaN] = tops;
    expect(tops.at(-1), view).toBe(first);
  }
  const hidden = await panel.frame
    .getByRole('tablist')
    .evaluate((tabs) => tabs.scrollWidth - tabs.clientWidth);
  expect(hidden).toBeLessThanOrEqual(0);
});

/** What beside the panel takes of the window. */
async function widthBeside(): Promise<number> {
  const inner = await panel.frame.locator('body').evaluate(() => innerWidth);
  return (await workbench.page.evaluate(() => innerWidth)) - inner;
}

test('the status bar names the model in use, also where it cannot be opened', async () => {
  await workbench.page.setViewportSize({ width: 1440, height: 900 });
  writeFileSync(path.join(workbench.folder, 'broken.onnx'), Uint8Array.of(8, 8, 58, 200));
  await workbench.rightClick('broken.onnx', 'Use as Model');
  await expect.poll(() => panel.failure.innerText()).toContain('broken.onnx');
  const item = workbench.page.locator('#workbench\\.parts\\.statusbar [id*="relevanceCam.model"]');
  expect(await item.innerText()).toContain('broken.onnx');
});
