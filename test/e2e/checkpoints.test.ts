// The checkpoints of a training as a timeline, while files appear, change and go.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { keptResults } from './support/keptResults.js';
import { Panel } from './support/panel.js';
import { inspectPopovers, THEMES } from './support/popovers.js';
import { onlyEngine } from './support/processes.js';
import { PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench.close());

function timeline(): FrameLocator {
  return new Panel(workbench.page).frame;
}

function cells(): Locator {
  return timeline().locator('.map-cell');
}

/** For each epoch how its maps stand, in the order of the columns. */
async function epochs(): Promise<Record<string, string[]>> {
  // All at once, so that a grid of many cells is read in one moment.
  const all = await cells().evaluateAll((elements) =>
    elements.map((cell) => ({
      label: cell.getAttribute('aria-label') ?? '',
      state: (cell.getAttribute('class') ?? '').replace('map-cell ', ''),
    })),
  );
  const found = new Map<string, Set<string>>();
  for (const { label, state } of all) {
    const epoch = /Epoch (\d+)/.exec(label)?.[1] ?? label;
    found.set(epoch, (found.get(epoch) ?? new Set()).add(state));
  }
  return Object.fromEntries([...found].map(([epoch, states]) => [epoch, [...states]]));
}

function fileOf(epoch: string): string {
  return path.join(workbench.folder, `checkpoints/epoch-${epoch}.onnx`);
}

const bytesOf = (epoch: string): Buffer => readFileSync(path.join(SAMPLE, `checkpoints/epoch-${epoch}.onnx`));

test('five checkpoints are a timeline', async () => {
  await workbench.explain(PICTURE);
  // Not before: among several models one would have to be chosen.
  cpSync(path.join(SAMPLE, 'checkpoints'), path.join(workbench.folder, 'checkpoints'), { recursive: true });
  await workbench.rightClick('checkpoints', 'Watch Checkpoints…');
  await expect.poll(epochs).toEqual({ 0: ['known'], 1: ['known'], 2: ['known'], 3: ['known'], 5: ['known'] });
  await workbench.screenshot('timeline.five');
});

test.each(THEMES)('it and what opens over it are open to everybody in $theme', async ({ theme, kind }) => {
  await workbench.chooseTheme(theme);
  await timeline().locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
  await expectAccessible(timeline());
  await inspectPopovers(workbench.page, timeline());
});

test('a sixth that is written in pieces appears once, whole', async () => {
  const bytes = bytesOf('05');
  const half = Math.floor(bytes.length / 2);
  writeFileSync(fileOf('06'), bytes.subarray(0, half));
  await expect.poll(async () => (await epochs())['6']).toEqual(['writing']);
  appendFileSync(fileOf('06'), bytes.subarray(half, half + 1000));
  appendFileSync(fileOf('06'), bytes.subarray(half + 1000));
  await expect.poll(async () => (await epochs())['6']).toEqual(['known']);
});

/** What a checkpoint takes the picture for, with its confidence. */
async function predictionOf(epoch: string): Promise<string> {
  const note = timeline().locator(`.maps-step[title="epoch-${epoch}.onnx"] .maps-note`);
  return (await note.innerText()).trim();
}

test('one that is overwritten is explained anew', async () => {
  const last = await predictionOf('05');
  expect(await predictionOf('00')).not.toBe(last);
  writeFileSync(fileOf('00'), bytesOf('05'));
  await expect.poll(() => predictionOf('00')).toBe(last);
});

test('the view in the sidebar lists them with what they predict', async () => {
  await workbench.openSidebar();
  const listed = await Promise.all(
    ['00', '01', '02', '03', '05', '06'].map(
      async (epoch) => `Epoch ${Number(epoch)}, ${await predictionOf(epoch)}`,
    ),
  );
  const rows = workbench.rows('Checkpoints');
  const labels = (): Promise<(string | null)[]> =>
    rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')));
  await expect.poll(labels).toEqual([expect.stringContaining('checkpoints'), ...listed]);
  await workbench.screenshot('timeline.sidebar');
});

test('killed while a new one is explained, the engine is restarted, said once, and nothing is computed twice', async () => {
  const before = keptResults(workbench);
  expect(before.length).toBeGreaterThanOrEqual(Object.keys(await epochs()).length);
  const said = await noticesFromNowOn();
  const engine = await onlyEngine(workbench);
  // A stopped process keeps the request under way until it is killed.
  process.kill(engine, 'SIGSTOP');
  writeFileSync(fileOf('07'), bytesOf('03'));
  await expect.poll(async () => (await epochs())['7']).toEqual(['loading']);
  process.kill(engine, 'SIGKILL');
  await expect.poll(async () => (await epochs())['7']).toEqual(['known']);
  expect(await onlyEngine(workbench)).not.toBe(engine);
  expect(await predictionOf('07')).toBe(await predictionOf('03'));
  expect(await said()).toEqual([expect.stringMatching(/ended unexpectedly and was restarted/)]);
  await timeline().locator('.banner').waitFor({ state: 'detached' });
  const after = keptResults(workbench);
  expect(after).toEqual(expect.arrayContaining([...before]));
  expect(after.length).toBeGreaterThan(before.length);
});

/** Texts of the notices that come up, also of those that are gone before somebody looks. */
async function noticesFromNowOn(): Promise<() => Promise<string[]>> {
  const body = timeline().locator('body');
  await body.evaluate((page) => {
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes]))
        if (node instanceof Element && node.matches('.banner'))
          page.dataset['notices'] = `${page.dataset['notices'] ?? ''}${node.textContent}\n`;
    }).observe(page, { childList: true, subtree: true });
  });
  return async () => ((await body.getAttribute('data-notices')) ?? '').split('\n').slice(0, -1);
}

test('one that is deleted keeps its maps, marked', async () => {
  rmSync(fileOf('01'));
  const marks = cells().locator('.map-mark');
  await expect.poll(() => marks.count()).toBeGreaterThan(0);
  expect((await epochs())['1']).toEqual(['known']);
  await workbench.screenshot('timeline.deleted');
});

test('closed and opened again, it shows all without computing it', async () => {
  const before = keptResults(workbench);
  const shown = await epochs();
  await workbench.runCommand('View: Close Editor');
  await expect.poll(() => cells().count()).toBe(0);
  await workbench.openSidebar();
  await workbench.rows('Checkpoints').filter({ hasText: 'Epoch 5' }).click();
  await expect.poll(epochs).toEqual(shown);
  expect(keptResults(workbench)).toEqual(before);
});

test('a window that is loaded anew while the training goes on shows all of it, and computes only what is new', async () => {
  const before = keptResults(workbench);
  const shown = await epochs();
  const bytes = bytesOf('02');
  let written = 0;
  const write = (end: number): void => {
    appendFileSync(fileOf('08'), bytes.subarray(written, end));
    written = end;
  };
  // One that grows no longer would at some time be taken for a broken one.
  const epochsWhileItGrows = (): ReturnType<typeof epochs> => {
    write(written + 50);
    return epochs();
  };
  write(1000);
  await expect.poll(epochsWhileItGrows).toEqual({ ...shown, 8: ['writing'] });
  // What its page keeps, and not only that there is one: without that it could not be restored.
  await workbench.editorStored('targets');
  await workbench.reload();
  await expect.poll(epochsWhileItGrows).toEqual({ ...shown, 8: ['writing'] });
  expect(keptResults(workbench)).toEqual(before);
  write(bytes.length);
  await expect.poll(epochs).toEqual({ ...shown, 8: ['known'] });
  expect(await cells().locator('.map-mark').count()).toBeGreaterThan(0);
  expect(keptResults(workbench)).toEqual(expect.arrayContaining([...before]));
});

test.each([
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
])('in the theme $name', async ({ name, theme, kind }) => {
  await workbench.chooseTheme(theme);
  await timeline().locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
  await workbench.screenshot(`timeline.${name}`);
});

test('in a narrow window nothing overflows', async () => {
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.page.setViewportSize({ width: 548, height: 1100 });
  const body = timeline().locator('body');
  await expect.poll(() => body.evaluate(({ clientWidth }) => clientWidth)).toBeLessThanOrEqual(500);
  const overflow = (): Promise<number> =>
    body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
  await workbench.screenshot('timeline.narrow');
});

test('a run that is watched no longer is said to be removed', async () => {
  await timeline().locator('.head-run button').click();
  await timeline().getByRole('menuitem').last().click();
  await expect.poll(() => timeline().locator('.spoken').allInnerTexts()).toContain('checkpoints removed.');
});
