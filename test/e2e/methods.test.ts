// Every method in the panel: another map, another tree, and what a method cannot do is said.
import { existsSync, readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import { difference, type Panel } from './support/panel.js';
import { onlyEngine } from './support/processes.js';
import { OTHER_PICTURE, PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = await workbench.explain(PICTURE);
});

afterAll(() => workbench.close());

describe('the method', () => {
  test('is chosen in the head, and the maps change with it', async () => {
    const relevance = await panel.colours();
    await panel.chooseMethod('Grad-CAM++');
    expect(difference(await panel.colours(), relevance)).toBeGreaterThan(0.02);
    await panel.chooseMethod('Relevance-CAM');
    expect(difference(await panel.colours(), relevance)).toBe(0);
  });

  test('is chosen by keyboard', async () => {
    const { keyboard } = workbench.page;
    await panel.methodButton.focus();
    // However fast they come, none is lost while the menu opens.
    await Promise.all([keyboard.press('Enter'), keyboard.press('ArrowDown')]);
    await expectAccessible(panel.frame);
    await keyboard.press('Enter');
    await expect.poll(() => panel.method()).toBe('Grad-CAM');
    await panel.chooseMethod('Relevance-CAM');
  });

  test('is chosen by command', async () => {
    await workbench.runCommandAndPick('Relevance-CAM: Choose Method…', 'LayerCAM');
    await expect.poll(() => panel.method()).toBe('LayerCAM');
    await panel.explained();
    expect(await panel.channels.count()).toBe(0);
    await panel.frame.getByText('LayerCAM weighs no channels').waitFor();
    await panel.chooseMethod('Relevance-CAM');
  });
});

describe('CAM', () => {
  test('says of a shallow layer why it has no map, and shows one of the last', async () => {
    await panel.stages.first().click();
    const shallow = await panel.selectedLayer();
    await panel.chooseMethod('CAM');
    await panel.frame.getByText('No map by CAM').waitFor();
    expect(await panel.selectedLayer()).toContain(shallow);
    expect(await panel.selectedLayer()).toContain('global average pooling');
    await workbench.screenshot('methods.cam.blocked');
    await panel.frame.getByRole('button', { name: 'Show the deepest layer that has one' }).click();
    await panel.explained();
    expect(await panel.selectedRow.getAttribute('aria-disabled')).toBeNull();
    await panel.chooseMethod('Relevance-CAM');
  });
});

describe('LRP', () => {
  test('explains the pixels of the input', async () => {
    // By a method that conserves nothing, no share is told, and the sum is no heading.
    expect(await panel.frame.getByText('Share conserved').count()).toBe(0);
    expect(await panel.frame.locator('details:not([open]) .fact').count()).toBe(1);
    await panel.chooseMethod('LRP');
    const pixels = panel.tree.getByRole('treeitem').first();
    await pixels.locator('.row-name', { hasText: 'Input pixels' }).waitFor();
    await panel.expectChange(() => pixels.click());
    await panel.frame.getByText('Share conserved').waitFor();
    await workbench.screenshot('methods.lrp.pixels');
    await panel.chooseMethod('Relevance-CAM');
    expect(await panel.tree.getByText('Input pixels').count()).toBe(0);
  });
});

describe('Score-CAM', () => {
  test('asks before it explains the chosen layer, and the next one when that is chosen', async () => {
    await panel.stages.last().click();
    await panel.chooseMethod('Score-CAM');
    await panel.frame.getByText(/a forward pass per channel, \d+ in all/).waitFor();
    expect(await panel.channels.count()).toBe(0);
    await panel.score();
    expect(await panel.channels.count()).toBe(3);
    const deep = await panel.colours();
    await panel.stages.nth((await panel.stages.count()) - 2).click();
    await panel.score();
    expect(difference(await panel.colours(), deep)).toBeGreaterThan(0.02);
    await workbench.screenshot('methods.score-cam');
    await panel.chooseMethod('Relevance-CAM');
  });

  test('is cancelled and resumed', async () => {
    await panel.stages.last().click();
    await panel.chooseMethod('Score-CAM');
    // Known already.
    await expect.poll(() => panel.channels.count()).toBe(3);
    const deep = await panel.colours();
    // As long as the process is stopped, the layer stays under way.
    const engine = await onlyEngine(workbench);
    process.kill(engine, 'SIGSTOP');
    await panel.stages.first().click();
    const notice = panel.frame.locator('.working');
    const offer = notice.getByText('Run', { exact: true });
    await offer.click();
    await notice.getByText('Cancel', { exact: true }).click();
    await offer.waitFor();
    process.kill(engine, 'SIGCONT');
    expect(await panel.channels.count()).toBe(0);
    await panel.score();
    expect(await onlyEngine(workbench)).toBe(engine);
    expect(await panel.channels.count()).toBe(3);
    expect(difference(await panel.colours(), deep)).toBeGreaterThan(0.02);
    await panel.chooseMethod('Relevance-CAM');
  });
});

describe('the sidebar', () => {
  const rows = (): Locator => workbench.rows('Model');
  const blocked = (): Locator => rows().filter({ hasText: 'no map' });

  test('goes by the method: the pixels by LRP, the last layers by CAM, every layer by Score-CAM', async () => {
    await workbench.openSidebar();
    await panel.chooseMethod('LRP');
    await expect.poll(() => rows().first().innerText()).toContain('Input pixels');
    await rows().first().click();
    const pixels = panel.tree.getByRole('treeitem', { name: /Input pixels/, selected: true });
    await pixels.waitFor();
    await workbench.runCommand('Relevance-CAM: Next Layer');
    await pixels.waitFor({ state: 'detached' });
    await workbench.runCommand('Relevance-CAM: Previous Layer');
    await pixels.waitFor();
    await workbench.screenshot('methods.lrp.sidebar');
    expect(await blocked().count()).toBe(0);
    await panel.chooseMethod('CAM');
    await expect.poll(() => blocked().count()).toBeGreaterThan(0);
    expect(await rows().first().innerText()).not.toContain('Input pixels');
    await workbench.screenshot('methods.cam.sidebar');
    await panel.chooseMethod('Score-CAM');
    await expect.poll(() => blocked().count()).toBe(0);
    await panel.chooseMethod('Relevance-CAM');
  });
});

describe('the views', () => {
  test('are tabs, walked by arrow keys, and stay chosen when the panel was hidden', async () => {
    const selected = panel.frame.getByRole('tab', { selected: true });
    await panel.frame.getByRole('tab', { name: 'Explain' }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    await expect.poll(() => selected.innerText()).toBe('Compare');
    await panel.frame.getByRole('tabpanel', { name: 'Compare' }).waitFor();
    await workbench.explain(OTHER_PICTURE);
    expect(await selected.innerText()).toBe('Explain');
    await workbench.runCommand('View: Open Previous Editor');
    await expect.poll(() => selected.innerText()).toBe('Compare');
  });

  test('are saved as one picture', async () => {
    const { frame } = panel;
    await frame.getByRole('tabpanel', { name: 'Compare' }).getByRole('button', { name: 'Export' }).click();
    await frame.getByRole('menuitem', { name: 'Save as Picture…' }).click();
    const file = await workbench.acceptFileBeside(PICTURE, 'compare.png');
    await expect.poll(() => existsSync(file)).toBe(true);
    expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
  });
});
