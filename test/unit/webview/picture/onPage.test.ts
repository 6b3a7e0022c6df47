// What the picture of the panel's page does by pointer and keys.
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, panelPages } from '../panelPages.js';

/** What the model sees of the harness's picture, in pixels of the file. */
const SEEN = { left: 220, side: 840, middle: [640, 480] } as const;

const pages = panelPages();
let page: Page;

const canvas = (): Locator => page.getByRole('application');
const place = (): Locator => page.locator('.readout-place');
const shareText = (): Promise<string> => page.locator('.zoom-share').innerText();

async function boxOf(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await of.boundingBox();
  if (!box) throw new Error('It is not to be seen.');
  return box;
}

/** Moves the pointer some pixels off the middle of a canvas. @returns the pixel of the file that is read there */
async function pointAt(of: Locator, right = 0, down = 0): Promise<readonly number[]> {
  const { x, y, width, height } = await boxOf(of);
  // A pointer that does not move is not heard of.
  for (const off of [1, 0]) await page.mouse.move(x + width / 2 + right + off, y + height / 2 + down);
  const text = await place().innerText();
  return /pixel (\d+), (\d+)/.exec(text)?.slice(1).map(Number) ?? [];
}

async function turnWheel(by: number): Promise<void> {
  await page.mouse.wheel(0, by);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

function expectNear(pixel: readonly number[], expected: readonly number[], within: number): void {
  expect(pixel).toHaveLength(expected.length);
  pixel.forEach((value, axis) => {
    expect(Math.abs(value - (expected[axis] ?? NaN))).toBeLessThanOrEqual(within);
  });
}

describe('the picture', () => {
  it('grows by the wheel with Ctrl, about what is under the pointer, and not by the wheel alone', async () => {
    page = await pages.open();
    const fitted = await shareText();
    const before = await pointAt(canvas(), 60, -40);
    await turnWheel(-200);
    expect(await shareText()).toBe(fitted);
    await page.keyboard.down('Control');
    await turnWheel(-200);
    await page.keyboard.up('Control');
    await expect.poll(async () => parseInt(await shareText())).toBeGreaterThan(1.5 * parseInt(fitted));
    expectNear(await pointAt(canvas(), 60, -40), before, 3);
  });

  it('is drawn to another place once it is larger than its own', async () => {
    page = await pages.open();
    await page.getByRole('button', { name: '1:1' }).click();
    const before = await pointAt(canvas());
    await page.mouse.down();
    const { x, y, width, height } = await boxOf(canvas());
    await page.mouse.move(x + width / 2 - 80, y + height / 2 - 50, { steps: 4 });
    await page.mouse.up();
    const [right = 0, down = 0] = before;
    expectNear(await pointAt(canvas()), [right + 80, down + 50], 3);
  });

  it('fits and has its own size by buttons and by keys', async () => {
    page = await pages.open();
    const fitted = await shareText();
    expect(fitted).not.toBe('100%');
    const button = (name: string) => (): Promise<void> => page.getByRole('button', { name }).click();
    const key = (name: string) => (): Promise<void> => canvas().press(name);
    for (const [full, fit] of [
      [button('1:1'), button('Fit')],
      [key('1'), key('0')],
    ] as const) {
      await full();
      await expect.poll(shareText).toBe('100%');
      await fit();
      await expect.poll(shareText).toBe(fitted);
    }
  });

  it('is what the model sees alone where that is wanted, in its own size', async () => {
    page = await pages.open();
    await page.getByRole('checkbox', { name: 'Crop only' }).click();
    await expect
      .poll(async () => parseInt(await shareText()))
      .toBe(Math.round((100 * (await boxOf(canvas())).height) / SEEN.side));
    expectNear(await pointAt(canvas()), SEEN.middle, 3);
    // Its left edge is that of what is shown.
    const { height } = await boxOf(canvas());
    expectNear(await pointAt(canvas(), 4 - height / 2), [SEEN.left, SEEN.middle[1]], 20);
  });

  it('has no crop to choose where the model sees all of it', async () => {
    page = await pages.open('form=portrait');
    await page.getByRole('checkbox', { name: 'Mask' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Crop only' }).count()).toBe(0);
  });

  it('keeps its colours as far as the setting says, again after an even wash', async () => {
    page = await pages.open();
    const emphasised = await drawn(canvas());
    await page.getByRole('radio', { name: 'Even' }).check({ force: true });
    await expect.poll(() => drawn(canvas())).not.toBe(emphasised);
    await page.getByRole('radio', { name: 'Emphasis' }).check({ force: true });
    await expect.poll(() => drawn(canvas())).toBe(emphasised);
  });
});

describe('the value at the pointer', () => {
  it('is read with the pixel of the file and the cell of the map', async () => {
    page = await pages.open();
    expectNear(await pointAt(canvas()), SEEN.middle, 3);
    expect(await place().innerText()).toMatch(/ · cell 3, 3$/);
    expect(await page.locator('.readout').innerText()).toMatch(/^−?\d/);
  });

  it.each([
    ['Compare', '.cell.known'],
    ['Classes', '.class-grid .map-button:has(canvas)'],
    ['Channel', '.map-button'],
    ['Localisation', '.map-button'],
  ])('is read in a map of %s that opened large', async (view, maps) => {
    page = await pages.open();
    await page.getByRole('tab', { name: view, exact: true }).click();
    await page.locator(maps).first().click();
    const large = page.getByRole('dialog').locator('canvas').first();
    await large.waitFor();
    expectNear(await pointAt(large), SEEN.middle, 4);
    expect(await place().innerText()).toMatch(/ · cell \d+, \d+$/);
  });
});

it('the legend says that there are values beyond a clipped scale', async () => {
  page = await pages.open();
  const label = (): Promise<string> =>
    page.locator('.legend-line .legend').getAttribute('aria-label').then(String);
  expect(await label()).not.toContain('≥');
  await page.getByRole('radio', { name: '99%' }).check({ force: true });
  await expect.poll(label).toMatch(/to ≥ /);
});
