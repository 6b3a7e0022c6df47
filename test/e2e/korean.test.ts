// The extension in Korean: its menus, its views and its page.
import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

const HANGUL = /\p{Script=Hangul}/u;

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({ language: 'ko' });
  panel = new Panel(workbench.page);
});

afterAll(() => workbench.close());

test('menu, panel and sidebar speak Korean', async () => {
  await workbench.rightClick(PICTURE, /Relevance-CAM.*\p{Script=Hangul}/u);
  await panel.explained();
  expect(await panel.canvas.getAttribute('aria-label')).toMatch(HANGUL);
  for (const title of await panel.frame.locator('aside h2').allInnerTexts()) expect(title).toMatch(HANGUL);
  await workbench.openSidebar();
  await workbench.rows('모델').first().waitFor();
  await workbench.screenshot('panel.korean');
});

test('so does the timeline of checkpoints', async () => {
  cpSync(path.join(SAMPLE, 'checkpoints'), path.join(workbench.folder, 'checkpoints'), { recursive: true });
  await workbench.rightClick('checkpoints', /체크포인트 지켜보기/);
  const maps = panel.frame.locator('.map-cell.known');
  await maps.first().waitFor();
  await expect.poll(() => panel.frame.locator('.map-cell:not(.known)').count()).toBe(0);
  for (const label of await maps.evaluateAll((all) => all.map((map) => map.getAttribute('aria-label'))))
    expect(label).toMatch(HANGUL);
  await workbench.screenshot('timeline.korean');
});
