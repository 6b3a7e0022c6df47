// What the views ask, say and save, on the page.
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { BY_ROUNDING } from '../../../../src/protocol/roundingNote.js';
import { DEAD_CHANNEL } from '../../../panel-harness/explanation.js';
import { panelPages, saidOf } from '../panelPages.js';

const Saved = v.object({ name: v.string(), bytes: v.string() });
type Saved = v.InferOutput<typeof Saved>;

/** As the harness answers: of a pass per channel, of which every layer of the last stage has so many. */
const STOPPED = '40% of 2048 forward passes';
const PART = '40% of the passes';
const OFFERED = /^Run Score-CAM at .*, 2048 in all\.\s+Run$/;

const pages = panelPages();
let page: Page;

beforeEach(async () => {
  page = await pages.open();
});

async function chooseMethod(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Method/ }).click();
  await page.locator('.method', { has: page.getByText(name, { exact: true }) }).click();
}

async function openView(name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.getByRole('tabpanel', { name, exact: true }).waitFor();
}

async function addMethod(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Methods/ }).click();
  await page.getByRole('checkbox', { name, exact: true }).click();
  await page.keyboard.press('Escape');
}

async function chooseColours(name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Colour map' }).click();
  await page.getByRole('option', { name }).click();
}

/** What Score-CAM was asked for. */
async function scored(): Promise<readonly string[]> {
  return (await saidOf(page, 'need')).filter((message) => message.includes('"score-cam"'));
}

/** The figure of the view, as SVG, and what its file's name ends with. */
async function figure(): Promise<Saved> {
  await page.getByRole('tabpanel').getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
  await expect.poll(() => saidOf(page, 'saveFigure')).toHaveLength(1);
  const [message = ''] = await saidOf(page, 'saveFigure');
  return v.parse(Saved, JSON.parse(message));
}

/** Whether much of a picture is not grey. @param png in base 64 */
async function isColourful(png: string): Promise<boolean> {
  const { data } = await sharp(Buffer.from(png, 'base64')).raw().toBuffer({ resolveWithObject: true });
  let colourful = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 8) colourful++;
  }
  return colourful > data.length / 40;
}

describe('Score-CAM', () => {
  it('asks in Explain before it starts, says how much was computed when it is cancelled, and asks for the next layer', async () => {
    const notice = page.locator('.working');
    const text = (): Promise<string> => notice.innerText();
    await chooseMethod('Score-CAM');
    await expect.poll(text).toMatch(OFFERED);
    expect(await scored()).toEqual([]);
    await notice.getByText('Run', { exact: true }).click();
    await notice.getByText('Cancel', { exact: true }).click();
    await expect.poll(text).toMatch(new RegExp(`^${STOPPED}\\s+Resume$`));
    await page.locator('.depth-list [role=option]').first().click();
    await expect.poll(text).toMatch(/^Run Score-CAM at .*\s+Run$/);
    expect(await scored()).toHaveLength(1);
  });

  it('asks in Explain for every further layer', async () => {
    page = await pages.open('scenario=scored');
    await chooseMethod('Score-CAM');
    const run = page.locator('.working').getByText('Run', { exact: true });
    await run.click();
    await run.waitFor({ state: 'detached' });
    await page.locator('.depth-list [role=option]').first().click();
    await run.waitFor();
    expect(await scored()).toHaveLength(1);
  });

  it.each(['Classes', 'Channel', 'Localisation'])(
    'asks in %s too, and what was computed of it is saved as a part',
    async (view) => {
      if (view !== 'Localisation') await chooseMethod('Score-CAM');
      await openView(view);
      if (view === 'Localisation') await addMethod('Score-CAM');
      const notice = page.locator('.need-notice');
      await expect.poll(() => notice.innerText()).toMatch(OFFERED);
      expect(await scored()).toEqual([]);
      await notice.getByText('Run', { exact: true }).click();
      await notice.getByText('Cancel', { exact: true }).click();
      await expect.poll(() => notice.innerText()).toMatch(new RegExp(`^${STOPPED}\\s+Resume$`));
      expect((await figure()).bytes).toContain(PART);
    },
  );

  it.each([
    ['Compare', '.cell'],
    ['Selectivity', '.method-card'],
  ])('asks where it stands in %s, and what was computed of it is saved as a part', async (view, place) => {
    await openView(view);
    const run = page.locator(`${place}[data-method="score-cam"] .run`).first();
    await expect.poll(() => run.innerText()).toMatch(/^Run\s+2048 forward passes$/);
    expect(await scored()).toEqual([]);
    await run.click();
    await expect.poll(() => run.innerText()).toMatch(/^Cancel\s+40%/);
    await run.click();
    await expect.poll(() => run.innerText()).toMatch(new RegExp(`^Resume\\s+${STOPPED}$`));
    expect((await figure()).bytes).toContain(`>${PART}</text>`);
  });
});

describe('a channel with one value everywhere', () => {
  const SAYS = 'This map has the same value everywhere, so it says nothing about places.';

  beforeEach(async () => {
    await openView('Channel');
    await page.getByRole('spinbutton', { name: 'Channel' }).fill(String(DEAD_CHANNEL));
  });

  it('says so over the bare picture, without a scale', async () => {
    const shot = page.locator('.shot').first();
    await expect.poll(() => shot.locator('.shot-note').allInnerTexts()).toEqual([SAYS]);
    expect(await shot.locator('.legend').count()).toBe(0);
    expect(await page.locator('.shot').last().locator('.legend').count()).toBe(1);
    const drawn = (): Promise<string> =>
      shot
        .locator('canvas')
        .evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
    // By emphasis it would take no colour anyway.
    await page.getByRole('radio', { name: 'Even' }).check({ force: true });
    const said = await drawn();
    await page.getByRole('button', { name: 'Show picture only' }).click();
    expect(await drawn()).toBe(said);
  });

  it('says so in a figure, where no colours are drawn', async () => {
    await page.locator('.shot-note').waitFor();
    const { bytes } = await figure();
    const cells = [...bytes.matchAll(/width="280" height="280" href="data:image\/png;base64,([^"]+)"/g)];
    expect(await Promise.all(cells.map(([, png = '']) => isColourful(png)))).toEqual([false, true]);
  });
});

it('rounding that decides much of a map by Grad-CAM++ is told beside its channels', async () => {
  const said = page.locator('.side [role=note]');
  const stages = page.locator('.depth-list [role=option]');
  await chooseMethod('Grad-CAM++');
  await stages.nth(1).click();
  await expect.poll(() => said.allInnerTexts()).toEqual([BY_ROUNDING.replace('{share}', '62%')]);
  await stages.last().click();
  await expect.poll(() => said.count()).toBe(0);
});

it.each([
  ['Compare', 'resnet50.African_elephant.compare'],
  ['Selectivity', 'resnet50.layer4.African_elephant.selectivity'],
  ['Localisation', 'resnet50.layer4.African_elephant.localisation'],
  ['Classes', 'resnet50.relevance-cam.classes'],
  ['Channel', 'resnet50.layer4.African_elephant.relevance-cam.channel-7'],
])('a figure of %s is named after what it is about', async (view, name) => {
  await openView(view);
  if (view === 'Channel') await page.getByRole('spinbutton', { name: 'Channel' }).fill('7');
  await page.locator('.view canvas').last().waitFor();
  expect((await figure()).name).toBe(name);
});

it('an export that is asked for from outside writes what the menu writes: the map as it is displayed', async () => {
  await chooseColours('Inferno');
  await page.getByRole('radio', { name: 'Even' }).check({ force: true });
  await page.getByRole('radio', { name: '99%' }).check({ force: true });
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Picture with Map (PNG)' }).click();
  await page.evaluate(
    (message) => {
      window.postMessage(message);
    },
    { type: 'export', kinds: ['overlay'] },
  );
  await expect.poll(() => saidOf(page, 'export')).toHaveLength(2);
  const [byMenu = '', byCommand] = await saidOf(page, 'export');
  expect(byCommand).toBe(byMenu);
  expect(byMenu).toContain('"colorMap":"inferno"');
});

it('the head has a method exactly where choosing one changes what is shown', async () => {
  const button = page.getByRole('button', { name: /^Method/ }).and(page.locator('header button'));
  const shown: string[] = [];
  for (const tab of await page.getByRole('tab').allInnerTexts()) {
    await openView(tab);
    if ((await button.count()) > 0) shown.push(tab);
  }
  expect(shown).toEqual(['Explain', 'Classes', 'Channel', 'Sanity']);
});

describe('the colour bar of a map of both signs', () => {
  const ends = async (): Promise<readonly number[]> => {
    const label = await page.locator('.legend-line [role=img]').getAttribute('aria-label');
    const [, low = '', high = ''] = /^Colours from (.+) to (.+)$/.exec(label ?? '') ?? [];
    return [low, high].map((text) => Number(text.replaceAll('−', '-').replace(/^[≤≥] /, '')));
  };

  it('reaches equally far to both sides of zero in diverging colours, in every scale mode', async () => {
    const [low = NaN, high = NaN] = await ends();
    expect(low).toBeLessThan(0);
    expect(-low).not.toBeCloseTo(high, 12);
    await chooseColours('Seismic');
    for (const mode of ['Own', '99%', 'Shared']) {
      await page.getByRole('radio', { name: mode }).check({ force: true });
      await expect.poll(async () => (await ends()).reduce((sum, end) => sum + end, 0)).toBe(0);
      expect(await page.locator('.legend-line .legend-value').allInnerTexts()).toContain('0');
    }
  });
});

it('of one label, a second model’s class carries its number', async () => {
  page = await pages.open('scenario=two');
  await page.getByRole('button', { name: /^Class/ }).click();
  await page.getByRole('combobox', { name: /^Search classes/ }).fill('crane');
  await page.locator('.options [role=option]').last().click();
  await openView('Compare');
  await expect.poll(() => page.locator('.compare-second').innerText()).toContain('CRANE #7');
});

it('classes of one label carry their numbers in Classes', async () => {
  await openView('Classes');
  for (const index of [0, 1]) {
    await page.getByRole('button', { name: 'Add Class…' }).click();
    await page.getByRole('combobox', { name: /^Search classes/ }).fill('crane');
    await page.locator('.options [role=option]').nth(index).click();
  }
  await expect.poll(() => page.locator('.class-name').allInnerTexts()).toContain('crane #7');
  expect(await page.locator('.class-name').allInnerTexts()).toContain('crane #6');
});
