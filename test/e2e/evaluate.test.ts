// A folder of pictures is evaluated: from the explorer's menu to the report, paused, through a reload, and finished.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { onlyEngine } from './support/processes.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench.close());

const REPORT = 'sample.pictures.relcam.json';

function report(): FrameLocator {
  return new Panel(workbench.page).frame;
}

function status(): Locator {
  return workbench.page.locator('.statusbar-item').filter({ hasText: 'pictures' });
}

test('what is evaluated stands in one list, in which each line can be changed', async () => {
  await workbench.explain(PICTURE);
  await workbench.rightClick('pictures', 'Evaluate with Relevance-CAM…');
  const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'Ground Truth' }).waitFor();
  await workbench.screenshot('evaluate.list');
  await workbench.pick('Metrics');
  await rows.filter({ hasText: 'Pointing game' }).click();
  await workbench.page.keyboard.press('Enter');
  await rows.filter({ hasText: /Metrics.*Pointing game/ }).waitFor();
});

test('it is paused, and what is done outlives a reload', async () => {
  const engine = await onlyEngine(workbench);
  await workbench.pick('Start');
  // A stopped process keeps the first request until the evaluation is paused.
  process.kill(engine, 'SIGSTOP');
  await workbench.acceptFile(path.join(workbench.folder, REPORT));
  await status().click();
  await workbench.pick('Pause');
  await expect.poll(() => status().textContent()).toContain('paused');
  process.kill(engine, 'SIGCONT');
  await expect.poll(() => status().textContent()).toMatch(/\b1 of \d+ pictures, paused/);
  await workbench.reload();
  await expect.poll(() => status().textContent()).toContain('paused');
  expect(existsSync(path.join(workbench.folder, REPORT))).toBe(false);
  const lines = readFileSync(path.join(workbench.folder, `${REPORT}.journal`), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(2);
});

test('resumed, it ends in the report, whose first picture was not evaluated again', async () => {
  const [, first = ''] = readFileSync(path.join(workbench.folder, `${REPORT}.journal`), 'utf8').split('\n');
  await status().click();
  await workbench.pick('Resume');
  await expect.poll(() => existsSync(path.join(workbench.folder, REPORT))).toBe(true);
  await workbench.runCommand('Notifications: Show Notifications');
  await workbench.page.locator('.notifications-center').getByText('Open Report').click();
  await expect.poll(() => report().locator('table.report-table').count()).toBeGreaterThan(3);
  await expect.poll(() => status().count()).toBe(0);
  const written = readFileSync(path.join(workbench.folder, REPORT), 'utf8');
  const picture = /\{"picture":(\{.*?\}),"unmatched"/.exec(first)?.[1];
  expect(picture).toBeDefined();
  expect(written).toContain(picture);
  await workbench.screenshot('evaluate.report');
});
