// The main job, as its user does it: from a picture in the explorer to maps of every layer, class and channel.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { difference, hasKeyboard, Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = new Panel(workbench.page);
});

afterAll(() => workbench.close());

describe('a sample picture', () => {
  test('is explained from the explorer’s menu', async () => {
    await workbench.explain(PICTURE);
    const picture = await panel.picture();
    const overlay = await panel.colours();
    expect(difference(picture, overlay)).toBeGreaterThan(0.1);
    // A map says something about places: it is neither missing nor the same everywhere.
    expect(new Set(mapColours(overlay)).size).toBeGreaterThan(100);
  });

  test('keeps its own colours where the map is weak, unless the map’s are even', async () => {
    const wash = (name: string): Promise<void> =>
      panel.frame.getByRole('radio', { name }).check({ force: true });
    const picture = await panel.picture();
    const emphasised = await panel.colours();
    const even = await panel.expectChange(() => wash('Even'));
    expect(difference(picture, even)).toBeGreaterThan(1.3 * difference(picture, emphasised));
    await wash('Emphasis');
    await expect.poll(async () => difference(await panel.colours(), emphasised)).toBe(0);
  });

  test('is enlarged and fitted again by keys', async () => {
    const { keyboard } = workbench.page;
    await panel.canvas.focus();
    const fitted = await panel.colours();
    await panel.expectChange(() => keyboard.press('+'));
    await panel.expectChange(() => keyboard.press('+'));
    await keyboard.press('0');
    await expect.poll(async () => difference(await panel.colours(), fitted)).toBe(0);
  });

  test('has a map in a shallow and in a deep layer', async () => {
    const last = (await panel.stages.count()) - 1;
    const shallow = await panel.expectChange(() => panel.stages.first().click());
    const shallowLayer = await panel.selectedLayer();
    const deep = await panel.expectChange(() => panel.stages.nth(last).click());
    expect(await panel.selectedLayer()).not.toBe(shallowLayer);
    expect(difference(shallow, deep)).toBeGreaterThan(0.05);
  });

  test('has another map for another class', async () => {
    const predicted = await panel.explainedClass();
    const first = await panel.colours();
    await panel.explainClass(1);
    expect(await panel.explainedClass()).not.toBe(predicted);
    await panel.explainClass(0);
    expect(await panel.explainedClass()).toBe(predicted);
    expect(difference(await panel.colours(), first)).toBe(0);
  });

  test('shows the three heaviest channels and their activation', async () => {
    expect(await panel.channels.count()).toBe(3);
    const map = await panel.colours();
    for (const index of [0, 1, 2]) await panel.expectChange(() => panel.channels.nth(index).click());
    await panel.expectChange(() => panel.frame.getByRole('button', { name: 'Back to the Map' }).click());
    expect(difference(await panel.colours(), map)).toBe(0);
    // The keyboard is where the channel was chosen.
    expect(await hasKeyboard(panel.channels.nth(2))).toBe(true);
  });

  test('is explained for any class that the search finds', async () => {
    await panel.classButton.click();
    const options = panel.frame.locator('.combobox [role=option]');
    const label = await options.last().locator('.option-label').innerText();
    await workbench.page.keyboard.type('nowhere');
    await panel.frame.getByRole('status').filter({ hasText: '"nowhere"' }).waitFor();
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.type(label);
    await expect.poll(() => options.first().locator('.option-label').innerText()).toBe(label);
    await panel.expectChange(() => workbench.page.keyboard.press('Enter'));
    expect(await panel.explainedClass()).toBe(label);
    await panel.explainClass(0);
  });
});

describe('the sidebar', () => {
  test('lists the layers; a click on one shows it in the panel', async () => {
    await workbench.openSidebar();
    const rows = workbench.rows('Model');
    await rows.first().waitFor();
    // Opened for the first time, with the layer of the panel chosen.
    const shown = await panel.selectedRow.locator('.row-name').innerText();
    const chosen = workbench.rows('Model').and(workbench.page.locator('[aria-selected=true]'));
    await expect.poll(() => chosen.locator('.label-name').allInnerTexts()).toEqual([shown]);
    await panel.expectChange(() => rows.first().click());
    const name = await rows.first().locator('.label-name').innerText();
    expect(await panel.selectedRow.locator('.row-name').innerText()).toBe(name);
  });

  test('lists the predictions, with the numbers of the panel and of the palette; a click on one explains it', async () => {
    const second = workbench.rows('Predictions').nth(1);
    const label = await second.locator('.label-name').innerText();
    const prediction = panel.predictions.filter({ hasText: label });
    const value = await prediction.locator('.number').innerText();
    expect(await second.locator('.label-description').innerText()).toMatch(new RegExp(`^${value}( |$)`));
    await workbench.runCommand('Relevance-CAM: Explain Class…');
    const entry = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label });
    await expect.poll(() => entry.innerText()).toMatch(new RegExp(` · ${value}$`, 'm'));
    await workbench.page.keyboard.press('Escape');
    await panel.expectChange(() => second.click());
    expect(await panel.explainedClass()).toBe(label);
    await workbench.screenshot('sidebar.dark');
  });
});

describe('by keyboard alone', () => {
  test('the layer tree is walked, opened and closed', async () => {
    const { keyboard } = workbench.page;
    await panel.frame.getByRole('textbox', { name: 'Filter layers' }).focus();
    await keyboard.press('Tab');
    await keyboard.press('Home');
    const rows = panel.tree.getByRole('treeitem');
    const first = await panel.selectedLayer();
    expect(await rows.first().getAttribute('aria-selected')).toBe('true');
    await panel.expectChange(() => keyboard.press('End'));
    expect(await panel.selectedLayer()).not.toBe(first);
    expect(await rows.last().getAttribute('aria-selected')).toBe('true');

    const open = panel.tree.locator('[role=treeitem][aria-expanded=false]').first();
    const closed = await rows.count();
    await open.click();
    await keyboard.press('ArrowRight');
    await expect.poll(() => rows.count()).toBeGreaterThan(closed);
    await keyboard.press('ArrowLeft');
    await expect.poll(() => rows.count()).toBe(closed);
  });

  test('a filter that no layer matches says so', async () => {
    const filter = panel.frame.getByRole('textbox', { name: 'Filter layers' });
    await filter.fill('nowhere');
    await panel.frame.getByRole('status').filter({ hasText: '"nowhere"' }).waitFor();
    await expectAccessible(panel.frame);
    await filter.fill('');
    await panel.selectedRow.waitFor();
  });

  test('the pictures of the folder are walked, each explained for the same class at the same layer', async () => {
    const { keyboard } = workbench.page;
    const name = panel.frame.locator('.head-image');
    const [picture, label, layer] = await Promise.all([
      name.innerText(),
      panel.explainedClass(),
      panel.selectedLayer(),
    ]);
    const map = await panel.colours();
    await panel.expectChange(() => keyboard.press('Alt+Shift+PageDown'));
    const next = await name.innerText();
    expect(next).not.toBe(picture);
    expect(await panel.explainedClass()).toBe(label);
    expect(await panel.selectedLayer()).toBe(layer);
    await panel.frame
      .locator('.spoken p', { hasText: new RegExp(`^${next}, picture \\d+ of \\d+$`) })
      .waitFor();
    await workbench.page.getByRole('tab', { name: new RegExp(`^${next} `) }).waitFor();
    await panel.expectChange(() => panel.frame.getByRole('button', { name: /^Previous picture/ }).click());
    expect(await name.innerText()).toBe(picture);
    expect(difference(await panel.colours(), map)).toBe(0);

    const films = panel.frame.getByRole('listbox', { name: 'Pictures of the folder' });
    await films.locator('[aria-selected=true][aria-label*=", predicted "]').waitFor();
    await films.focus();
    for (const key of ['End', 'Home', 'ArrowRight', 'Enter']) await keyboard.press(key);
    await expect.poll(() => name.innerText()).toBe(next);
    await panel.explained();
    await films.locator('[aria-selected=true][aria-label*=", predicted "] canvas').waitFor();
    await panel.expectChange(() => films.getByRole('option', { name: picture }).click());
    await panel.frame.getByRole('button', { name: /^Show the folder/ }).click();
    await films.waitFor({ state: 'detached' });
  });
});

describe('exporting', () => {
  test('from the palette writes what the menu writes: the map as it is displayed', async () => {
    await panel.frame.getByRole('radio', { name: 'Even' }).check({ force: true });
    const written = async (): Promise<Buffer> => {
      const file = await workbench.acceptFileBeside(PICTURE, 'relevance-cam.overlay.png');
      const isWhole = (): boolean =>
        existsSync(file) && readFileSync(file).subarray(-8, -4).toString() === 'IEND';
      await expect.poll(isWhole).toBe(true);
      const bytes = readFileSync(file);
      rmSync(file);
      return bytes;
    };
    await panel.frame.getByRole('button', { name: 'Export' }).click();
    await expectAccessible(panel.frame);
    await panel.frame.getByRole('menuitem', { name: 'Picture with Map (PNG)' }).click();
    const shown = await written();
    await workbench.runCommandAndAccept('Relevance-CAM: Export Layer…');
    expect((await written()).equals(shown)).toBe(true);
    await panel.frame.getByRole('radio', { name: 'Emphasis' }).check({ force: true });
  });

  test('writes the overlay, the map, the raw values and the weights', async () => {
    await panel.frame.getByRole('button', { name: 'Export' }).click();
    await panel.frame.getByRole('menuitem', { name: 'All of These' }).click();
    await workbench.acceptFolder(path.join(workbench.folder, 'pictures'));
    const exported = (): string[] =>
      readdirSync(path.join(workbench.folder, 'pictures')).filter((name) => name.split('.').length > 2);
    await expect.poll(exported).toHaveLength(5);
    const start = (end: string): string => {
      const name = exported().find((file) => file.endsWith(end));
      expect(name, end).toBeDefined();
      return readFileSync(path.join(workbench.folder, 'pictures', name ?? ''))
        .subarray(0, 8)
        .toString('latin1');
    };
    expect(start('.overlay.png')).toBe('\x89PNG\r\n\x1a\n');
    expect(start('.map.png')).toBe('\x89PNG\r\n\x1a\n');
    expect(start('.npy').slice(1, 6)).toBe('NUMPY');
    expect(start('.json')).toMatch(/^\{/);
    expect(start('.csv')).toMatch(/^channel/);
  });
});

describe('after a reload', () => {
  test('the panel is back with its class and its layer', async () => {
    const best = await panel.predictions.first().innerText();
    if (best.startsWith(await panel.explainedClass())) await panel.explainClass(1);
    await panel.expectChange(() => panel.stages.first().click());
    const [module] = (await panel.selectedLayer()).split(' · ');
    await expect.poll(() => workbench.storedChoice()).toMatch(new RegExp(`^${String(module)}/.* of \\d+$`));
    const label = await panel.explainedClass();
    const layer = await panel.selectedLayer();
    const colours = await panel.colours();
    await workbench.reload();
    await panel.explained();
    expect(await panel.explainedClass()).toBe(label);
    expect(await panel.selectedLayer()).toBe(layer);
    await expect.poll(async () => difference(await panel.colours(), colours)).toBe(0);
  });
});

/** Colours as single numbers, coarse enough that noise does not count. */
function mapColours(colours: readonly number[]): number[] {
  return colours
    .filter((_, index) => index % 3 === 0)
    .map((red, index) => {
      const [green = 0, blue = 0] = colours.slice(3 * index + 1, 3 * index + 3);
      return (red >> 3) * 1024 + (green >> 3) * 32 + (blue >> 3);
    });
}
