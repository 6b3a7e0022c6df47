// What each method keeps of a picture, and how that agrees with what somebody marked in it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { difference, type Panel } from './support/panel.js';
import { PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  const picture = readFileSync(path.join(SAMPLE, PICTURE));
  workbench = await Workbench.open({
    files: {
      'boxed/one.png': picture,
      'boxed/boxes.csv': 'file,class_index,x0,y0,x1,y1\none.png,0,10,20,200,300\n',
      'broken/two.png': picture,
      'broken/two.xml': '<annotation><object><name>cat</name></object></annotation>',
    },
  });
  panel = await workbench.explain(PICTURE);
  await panel.openView('Localisation');
});

afterAll(() => workbench.close());

const shots = (): Locator => panel.frame.locator('.shot');
const note = (): Locator => panel.frame.locator('.localisation .view-note');
const captions = (): Promise<string[]> =>
  panel.frame.locator('.shot:has(canvas) .shot-caption').allInnerTexts();

/** Share of the picture that each method keeps, in percent. */
async function shares(): Promise<readonly number[]> {
  return (await captions()).flatMap((text) => {
    const percent = /^([\d.]+)% of the picture kept$/.exec(text)?.[1];
    return percent === undefined ? [] : [Number(percent)];
  });
}

async function ious(): Promise<readonly number[]> {
  return (await captions()).flatMap((text) => {
    const iou = /^IoU ([\d.]+)$/.exec(text)?.[1];
    return iou === undefined ? [] : [Number(iou)];
  });
}

async function explain(picture: string): Promise<void> {
  await workbench.explain(picture);
  await panel.openView('Localisation');
}

test('three methods mask the picture, measured by the class’s own mask', async () => {
  await expect.poll(shares).toHaveLength(3);
  expect(await shots().locator('.shot-title').allInnerTexts()).toEqual([
    path.basename(PICTURE),
    'Grad-CAM',
    'Grad-CAM++',
    'Relevance-CAM',
  ]);
  for (const share of await shares()) expect(share).toBeGreaterThan(0);
  for (const share of await shares()) expect(share).toBeLessThan(60);
  const found = await ious();
  expect(found).toHaveLength(3);
  // The sample's network was trained on these things, and knows where they are.
  expect(Math.max(...found)).toBeGreaterThan(0.1);
  const label = await panel.explainedClass();
  const stem = path.basename(PICTURE, '.png');
  expect(await note().innerText()).toBe(`Marked: ${label}, from ${stem}.${label}.png`);
  await workbench.screenshot('localisation.dark');
});

test('a map opens large and leads to the next method', async () => {
  const { keyboard } = workbench.page;
  await panel.frame.getByRole('button', { name: 'Grad-CAM. Open large.' }).focus();
  await keyboard.press('Enter');
  const large = panel.frame.getByRole('dialog');
  await expect.poll(() => large.getByRole('heading').innerText()).toMatch(/^Grad-CAM · /);
  await keyboard.press('ArrowRight');
  await expect.poll(() => large.getByRole('heading').innerText()).toMatch(/^Grad-CAM\+\+ · /);
  await expectAccessible(panel.frame);
  await keyboard.press('Escape');
  await large.waitFor({ state: 'hidden' });
});

test('what is marked is outlined in Explain, where the user wants it', async () => {
  await panel.openView('Explain');
  await panel.explained();
  const before = await panel.colours();
  await panel.frame.getByRole('checkbox', { name: 'Outlines' }).click();
  await expect.poll(async () => difference(await panel.colours(), before)).toBeGreaterThan(0);
  await panel.openView('Localisation');
  await panel.openView('Explain');
  await expect.poll(async () => difference(await panel.colours(), before)).toBeGreaterThan(0);
  await panel.frame.getByRole('checkbox', { name: 'Outlines' }).click();
  await expect.poll(async () => difference(await panel.colours(), before)).toBe(0);
  await panel.openView('Localisation');
});

test('a lower threshold keeps more of the picture', async () => {
  const before = await shares();
  const canvas = shots().nth(3).locator('canvas');
  const masked = await panel.colours(canvas);
  const slider = panel.frame.getByRole('slider', { name: 'Threshold' });
  await slider.focus();
  for (let step = 0; step < 10; step++) await workbench.page.keyboard.press('ArrowLeft');
  await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('mean + 0.0 σ');
  const after = await shares();
  after.forEach((share, index) => {
    expect(share).toBeGreaterThan(before[index] ?? NaN);
  });
  expect(difference(await panel.colours(canvas), masked)).toBeGreaterThan(0.02);
});

test('another class is measured by its own mask', async () => {
  const [first = NaN] = await ious();
  await panel.classButton.click();
  const search = panel.frame.getByRole('combobox', { name: /^Search classes/ });
  await search.fill('cup');
  await search.press('Enter');
  await expect.poll(() => note().innerText()).toContain('Marked: cup');
  await expect.poll(async () => (await ious()).length).toBe(3);
  expect((await ious())[0]).not.toBe(first);
});

test('methods are chosen by keyboard', async () => {
  const { keyboard } = workbench.page;
  await panel.frame.getByRole('button', { name: /^Methods/ }).press('Enter');
  const box = panel.frame.getByRole('checkbox', { name: 'Grad-CAM', exact: true });
  await box.focus();
  await expectAccessible(panel.frame);
  await keyboard.press('Space');
  await keyboard.press('Escape');
  await expect.poll(() => shots().count()).toBe(3);
});

test('boxes of the folder’s boxes.csv count for their class', async () => {
  await explain('boxed/one.png');
  await expect.poll(() => note().innerText()).toContain('boxes.csv');
});

test('a bad file is named and spoils nothing', async () => {
  await explain('broken/two.png');
  await expect.poll(() => panel.frame.locator('.view-problem').innerText()).toContain('two.xml');
  expect(await panel.frame.locator('.view-problem').innerText()).toContain('object 1');
  await expect.poll(shares).toHaveLength(3);
  expect(await ious()).toEqual([]);
});

test('pictures stand below each other where there is little room', async () => {
  await workbench.chooseTheme('Light Modern');
  await workbench.screenshot('localisation.light');
  const lefts = (): Promise<number> =>
    shots().evaluateAll((all) => new Set(all.map((shot) => shot.getBoundingClientRect().left)).size);
  expect(await lefts()).toBeGreaterThan(2);
  await workbench.page.setViewportSize({ width: 760, height: 900 });
  await expect.poll(lefts).toBeLessThanOrEqual(2);
  const overflow = await panel.frame
    .locator('body')
    .evaluate((body) => body.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await workbench.screenshot('localisation.narrow');
});
