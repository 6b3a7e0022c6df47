// What the panel's page shows and does besides its picture.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawn, panelPages, saidOf } from './panelPages.js';

const pages = panelPages();
let page: Page;

it('the next picture and the one before are a button away', async () => {
  page = await pages.open();
  await page.getByRole('button', { name: /^Next picture/ }).click();
  await page.getByRole('button', { name: /^Previous picture/ }).click();
  const steps = [1, -1].map((by) => JSON.stringify({ type: 'stepPicture', by }));
  await expect.poll(() => saidOf(page, 'stepPicture')).toEqual(steps);
});

it('the filmstrip tells wrong predictions from right ones, by a sign and in words', async () => {
  page = await pages.open();
  const films = page.getByRole('option').and(page.locator('.film'));
  const names = (): Promise<readonly unknown[]> =>
    Promise.all([0, 1, 2].map((index) => films.nth(index).getAttribute('aria-label')));
  await expect
    .poll(names)
    .toEqual([
      'zebra_0001.jpg, predicted zebra, 63%, right',
      'zebra_elephant.png, predicted African elephant, 63%, wrong, expected zebra',
      'zebra_0003.jpg, predicted tusker, 63%',
    ]);
  const signs = await Promise.all(
    [0, 1, 2].map((index) => films.nth(index).locator('.film-verdict').innerHTML()),
  );
  expect(new Set(signs).size).toBe(3);
  expect(await films.nth(3).locator('.film-verdict').count()).toBe(0);
});

describe('what became of the relevance', () => {
  const text = (): Promise<string> => page.locator('.side').innerText();

  it('is the share conserved, by LRP', async () => {
    page = await pages.open('method=lrp');
    expect(await text()).toContain('Share conserved, Σ R / s');
    expect(await page.locator('.side-details').count()).toBe(0);
  });

  it('else is a sum among the details, which are folded up', async () => {
    page = await pages.open();
    expect(await text()).not.toContain('Σ R / s');
    await page.locator('.side-details summary').click();
    await expect.poll(text).toContain('Sum, Σ R / s');
  });
});

it('a layer says its parameters and attributes when it is pointed at', async () => {
  page = await pages.open();
  await page.getByRole('textbox', { name: 'Filter layers' }).fill('layer4/2/conv3/Conv');
  const row = page.getByRole('treeitem', { name: /^Conv\b/ });
  expect(await row.getAttribute('title')).toContain('conv3/Conv.weight 2048×3×3×3 · strides 1, 1');
});

it.each([
  ['', 'n02504458', 'African elephant'],
  ['labels=long', 'elephas_maximus', 'Indian elephant, Elephas maximus'],
])('a class is found by its other names (%s %s)', async (query, name, label) => {
  page = await pages.open(query);
  await page.getByRole('button', { name: /^Class/ }).click();
  await page.getByRole('combobox', { name: /Search classes/ }).fill(name);
  await expect
    .poll(() => page.locator('.combobox [role=option] .option-label').allInnerTexts())
    .toEqual([label]);
});

describe('the depth strip', () => {
  it.each([
    [200, true],
    [400, false],
    [1400, false],
  ])('in %i pixels cuts no name, and is seen to scroll where it does: %s', async (width, scrolls) => {
    page = await pages.open('layers=long', width);
    const list = page.locator('.depth-list');
    const cut = await list.locator('.depth-name').evaluateAll((names) =>
      names.filter((name) => {
        const stage = name.parentElement?.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(name);
        return Array.from(range.getClientRects()).some(
          (line) => !stage || line.left < stage.left - 1 || line.right > stage.right + 1,
        );
      }),
    );
    expect(cut).toEqual([]);
    const { beyond, bar } = await list.evaluate((element) => ({
      beyond: element.scrollWidth - element.clientWidth,
      bar: element instanceof HTMLElement ? element.offsetHeight - element.clientHeight : 0,
    }));
    expect([beyond > 0, bar > 0]).toEqual([scrolls, scrolls]);
  });
});

it('maps of Compare are as wide as there is room', async () => {
  page = await pages.open();
  await page.getByRole('tab', { name: 'Compare' }).click();
  const cell = page.locator('.cell').first();
  const width = async (): Promise<number> => (await cell.boundingBox())?.width ?? NaN;
  const before = await width();
  await page.setViewportSize({ width: 900, height: 900 });
  await expect.poll(width).toBeLessThan(0.8 * before);
});

it.each(['Compare', 'Classes', 'Channel'])('small maps of %s are emphasised too, or even', async (view) => {
  page = await pages.open();
  await page.getByRole('tab', { name: view }).click();
  const map = page.locator('.view canvas.overlay').first();
  const emphasised = await drawn(map);
  await page.getByRole('radio', { name: 'Even' }).check({ force: true });
  await expect.poll(() => drawn(map)).not.toBe(emphasised);
});

it.each(['Compare', 'Classes', 'Channel', 'Selectivity', 'Sanity'])(
  'a figure of %s carries the input picture and what the colours mean, as SVG too',
  async (view) => {
    page = await pages.open();
    await page.getByRole('tab', { name: view }).click();
    await page.locator('.view canvas').last().waitFor();
    // A check begins when it is asked to.
    if (view === 'Sanity') await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByRole('tabpanel').getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
    const saved = async (): Promise<string> => (await saidOf(page, 'saveFigure')).join('');
    await expect.poll(saved).toContain('</svg>');
    const figure = await saved();
    expect(figure).toContain('"format":"svg"');
    expect(figure).toMatch(/<image [^>]*width=\\"96\\" height=\\"96\\"/);
    expect(figure).toMatch(/<image [^>]*width=\\"160\\" height=\\"12\\"/);
  },
);
