// A report of an evaluation as a tab: sorted, compared, followed, saved as a page of its own, and clicked through.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { parseReport } from '../../src/evaluation/readReport.js';
import { launchBrowser, newContext } from '../bed/browser.js';
import { expectAccessible } from './support/accessible.js';
import { eventually } from './support/eventually.js';
import { Panel } from './support/panel.js';
import { inspectPopovers, THEMES } from './support/popovers.js';
import { ROOT } from './support/sample.js';
import { Workbench } from './support/workbench.js';

const [SAMPLE_REPORT, EARLIER] = ['sample', 'earlier'].map((name) =>
  readFileSync(path.join(ROOT, `test/fixtures/reports/${name}.relcam.json`), 'utf8'),
);
const FILES = { 'sample.relcam.json': SAMPLE_REPORT ?? '', 'earlier.relcam.json': EARLIER ?? '' };

let workbench: Workbench;
let report: FrameLocator;

beforeAll(async () => {
  workbench = await Workbench.open({ files: FILES });
  report = new Panel(workbench.page).frame;
  // Which editor opens a file is known a moment after the extension's icon is there; until then it is a text.
  await eventually(async () => {
    await workbench.runCommand('View: Close All Editors');
    await (await workbench.file('sample.relcam.json')).dblclick();
    await report.getByRole('heading', { name: 'Evaluation of sample.onnx' }).waitFor({ timeout: 10_000 });
  });
});
afterAll(() => workbench.close());

/** The table of a metric, in the tab or in a page of its own. */
function tableOf(within: FrameLocator | Page, metric: string): Locator {
  return within.getByRole('table', { name: `${metric} by layer and method` });
}

function layersOf(table: Locator): Promise<string[]> {
  return table.locator('tbody th').allInnerTexts();
}

async function loaded(pictures: Locator): Promise<boolean[]> {
  return pictures.evaluateAll((all) =>
    all.map((one) => one instanceof HTMLImageElement && one.naturalWidth > 0),
  );
}

test('it opens as a page of tables, plots and pictures', async () => {
  await report.getByRole('heading', { name: 'Evaluation of sample.onnx' }).waitFor();
  await report.getByRole('img', { name: 'Average drop (%) by depth' }).waitFor();
  expect(await layersOf(tableOf(report, 'Average drop (%)'))).toHaveLength(7);
  await report.getByRole('heading', { name: 'Best and Worst Pictures' }).scrollIntoViewIfNeeded();
  await report.getByRole('heading', { name: 'Not Evaluated' }).scrollIntoViewIfNeeded();
  await expect.poll(() => loaded(report.locator('.report-cards img'))).toEqual(Array(10).fill(true));
  await workbench.screenshot('report.pictures');
});

test('a click on a method sorts the layers by it, what is better first', async () => {
  const table = tableOf(report, 'Average drop (%)');
  await table.getByRole('button', { name: 'Grad-CAM', exact: true }).press('Enter');
  const head = table.getByRole('columnheader', { name: 'Grad-CAM', exact: true });
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
  expect((await layersOf(table))[0]).toContain('layer4/0');
});

test('it is compared with another report, in words too', async () => {
  await report.getByRole('button', { name: 'Compare With…' }).click();
  await workbench.pick('earlier.relcam.json');
  await report.getByText('Compared with earlier.relcam.json').waitFor();
  await tableOf(report, 'Average drop (%)').getByText('better').first().waitFor();
});

test.each(THEMES)('$name', async ({ name, theme, kind }) => {
  await workbench.chooseTheme(theme);
  await report.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
  await report.getByRole('heading', { name: 'Evaluation of sample.onnx' }).scrollIntoViewIfNeeded();
  await workbench.screenshot(`report.${name}`);
  await inspectPopovers(workbench.page, report);
});

test('saved as HTML, it is the same page without the editor, and loads nothing', async () => {
  const file = path.join(workbench.folder, 'sample.relcam.html');
  await report.getByRole('button', { name: 'Export' }).click();
  await expectAccessible(report);
  await report.getByRole('menuitem', { name: 'This Page (HTML)' }).click();
  await workbench.acceptFile(file);
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('</html>');

  // A browser of its own: the workbench's page, behind another one, would make no new frames.
  const browser = await launchBrowser(inject('bed').chromium);
  onTestFinished(() => browser.close());
  const page = await (await newContext(browser)).newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).protocol));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  await page.getByText('Compared with earlier.relcam.json').waitFor();
  for (const metric of ['Average drop (%)', 'IoU'])
    // Sorted anew: what was chosen is kept by the tab alone.
    expect((await tableOf(page, metric).locator('tbody tr').allInnerTexts()).sort()).toEqual(
      (await tableOf(report, metric).locator('tbody tr').allInnerTexts()).sort(),
    );
  await page.locator('.report-cards img').last().scrollIntoViewIfNeeded();
  await expect.poll(() => loaded(page.locator('.report-cards img'))).toEqual(Array(10).fill(true));
  expect(requests.filter((protocol) => !['file:', 'data:'].includes(protocol))).toEqual([]);
  await page.screenshot({ path: path.join(ROOT, 'out/screenshots/report.page-light.png'), fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: path.join(ROOT, 'out/screenshots/report.page-dark.png'), fullPage: true });
});

test('the page follows the file', async () => {
  const whole = parseReport('sample.relcam.json', SAMPLE_REPORT ?? '');
  const file = path.join(workbench.folder, 'sample.relcam.json');
  writeFileSync(file, JSON.stringify({ ...whole, pictures: whole.pictures.slice(0, 4) }));
  await report.getByText('7 of 13 pictures so far').waitFor();
  writeFileSync(file, '{"format":');
  await report.getByRole('alert').getByText('sample.relcam.json').waitFor();
  writeFileSync(file, JSON.stringify(whole));
  await expect.poll(() => report.getByRole('alert').count()).toBe(0);
});

test('narrow', async () => {
  await workbench.page.setViewportSize({ width: 700, height: 900 });
  const overflow = (): Promise<number> =>
    report.locator('body').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
  await workbench.screenshot('report.narrow');
  await workbench.page.setViewportSize({ width: 1400, height: 900 });
});

test('a picture is explained as it was evaluated', async () => {
  const pictures = report.getByRole('region', { name: 'Best and Worst Pictures' });
  await pictures.getByRole('button', { name: /^Method/ }).click();
  await expectAccessible(report);
  await report.getByRole('option', { name: 'Grad-CAM', exact: true }).click();
  await pictures.getByRole('button', { name: /^Layer/ }).click();
  await report.getByRole('option', { name: 'layer2/0' }).click();
  await pictures.getByRole('button', { name: /bird-umbrella\.png/ }).click();
  const panel = new Panel(workbench.page);
  await panel.explained();
  await expect.poll(() => panel.method()).toBe('Grad-CAM');
  await expect.poll(() => panel.explainedClass()).toBe('bird');
  await expect.poll(() => panel.selectedLayer()).toMatch(/layer2.0 .*28×28/);
  await workbench.screenshot('report.explained');
});

/** Whether the cell's part of the picture is drawn from edge to edge. */
async function isFilled(crop: Locator): Promise<boolean> {
  const [part, picture] = await Promise.all(
    ['.report-crop-part', 'img'].map((selector) => crop.locator(selector).boundingBox()),
  );
  if (!part || !picture) return false;
  const [right, bottom] = [picture.x + picture.width, picture.y + picture.height];
  const reaches = right > part.x + part.width - 1 && bottom > part.y + part.height - 1;
  return reaches && picture.x < part.x + 1 && picture.y < part.y + 1;
}

test('a channel of the panel has the pictures that excite it, each cut to what it sees', async () => {
  const panel = new Panel(workbench.page);
  const ask = panel.frame.getByRole('button', { name: /^Which pictures excite channel \d+\?$/ }).first();
  const [channel] = /\d+/.exec((await ask.getAttribute('aria-label')) ?? '') ?? [];
  await ask.click();
  const section = report.getByRole('region', { name: 'Which Pictures Excite a Channel?' });
  await section.getByRole('button', { name: /^Layer layer2\/0/ }).waitFor();
  await section.getByRole('radio', { name: 'Activation' }).check();
  expect(await section.getByRole('heading', { level: 3 }).allInnerTexts()).toEqual([`#${channel}`]);
  const crops = section.getByRole('button', { name: /^Explain .*\.png/ });
  await crops.first().waitFor();
  await expect.poll(() => loaded(crops.locator('img'))).toEqual(Array(await crops.count()).fill(true));
  for (const crop of await crops.all()) expect(await isFilled(crop)).toBe(true);
  await workbench.screenshot('report.channel');
  await crops.first().click();
  await panel.explained();
  await expect.poll(() => panel.selectedLayer()).toMatch(/layer2.0 .*28×28/);
});
