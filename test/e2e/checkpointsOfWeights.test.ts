// Checkpoints that hold weights alone: their graph, the reference that it needs, and one of them in a panel of its own.
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { PICTURE, ROOT } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench.close());

function timeline(): FrameLocator {
  return new Panel(workbench.page).frame;
}

function copy(fixture: string, name: string): void {
  const file = path.join(workbench.folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  cpSync(path.join(ROOT, 'test/fixtures/weights', fixture), file);
}

function modelButton({ frame }: Panel): Locator {
  return frame.locator('header').getByRole('button', { name: /epoch_2\.safetensors/ });
}

/** The states of all maps. */
async function states(): Promise<string[]> {
  const classes = await timeline()
    .locator('.map-cell')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('class') ?? ''));
  return [...new Set(classes)];
}

test('a graph whose weights were folded asks for its reference, and is explained with it', async () => {
  await workbench.explain(PICTURE);
  // Not before: among several models one would have to be chosen.
  copy('old-folded.first.onnx', 'run/graph.onnx');
  copy('second.pth', 'run/epoch_1.pth');
  copy('second.safetensors', 'run/epoch_2.safetensors');
  copy('first.pth', 'kept/first.pth');
  await workbench.rightClick('run', 'Watch Checkpoints…');
  const banner = timeline().locator('.banner');
  await banner
    .getByText('name the checkpoint from which the graph was exported (Choose Reference…)')
    .waitFor();
  await workbench.screenshot('weights.reference');
  await banner.getByRole('button', { name: 'Choose Reference…' }).click();
  await workbench.pick('Choose a File…');
  const dialog = workbench.page.locator('.quick-input-widget');
  const input = dialog.locator('input[type=text]');
  await expect.poll(() => input.inputValue()).toContain('/run');
  await input.fill(path.join(workbench.folder, 'kept/first.pth'));
  await dialog.getByText('first.pth').waitFor();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(states).toEqual([expect.stringMatching(/^map-cell known/)]);
  await workbench.screenshot('weights.timeline');
});

test('the sidebar says what the weights are put into', async () => {
  await workbench.openSidebar();
  const run = workbench.rows('Checkpoints').first();
  await expect.poll(() => run.getAttribute('aria-label')).toContain('graph.onnx');
  await workbench.screenshot('weights.sidebar');
});

test('one of them is explained in a panel of its own, by its own weights', async () => {
  const note = timeline().locator('.maps-step[title="epoch_2.safetensors"] .maps-note');
  const label = await note.evaluate((element) => element.firstChild?.textContent ?? '');
  await timeline().locator('.facts button.link').click();
  const panel = new Panel(workbench.page);
  await panel.explained();
  await modelButton(panel).waitFor();
  expect(await panel.explainedClass()).toBe(label.trim());
});

test('that panel is back with those weights after a reload', async () => {
  const panel = new Panel(workbench.page);
  const label = await panel.explainedClass();
  await workbench.editorStored('epoch_2.safetensors');
  await workbench.reload();
  await panel.explained();
  await modelButton(panel).waitFor();
  expect(await panel.explainedClass()).toBe(label);
  await panel.openView('Compare');
  await panel.frame.locator('main[aria-busy=false]').waitFor();
  await workbench.screenshot('weights.panel');
});

test('a pattern is a run too', async () => {
  await workbench.runCommandAndPick('Relevance-CAM: Watch Checkpoints…', 'Enter a Pattern of Files…');
  const input = workbench.page.locator('.quick-input-widget input[type=text]');
  await expect.poll(() => input.getAttribute('placeholder')).toContain('epoch_*');
  await input.fill('run/epoch_*.pth');
  await workbench.page.keyboard.press('Enter');
  const rows = workbench.rows('Checkpoints');
  await expect.poll(() => rows.filter({ hasText: 'run/epoch_*.pth' }).count()).toBe(1);
});
