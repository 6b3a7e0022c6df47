// The panel in every theme and width, for the eye; and what an eye is not needed for: that the page follows the theme
// at once and that nothing overflows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './support/accessible.js';
import type { Panel } from './support/panel.js';
import { inspectPopovers, inspectWhatOpens, THEMES } from './support/popovers.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({ settings: { 'workbench.reduceMotion': 'on' } });
  panel = await workbench.explain(PICTURE);
});

afterAll(() => workbench.close());

test('nothing moves where the editor’s setting asks for that, or the system’s', async () => {
  const body = panel.frame.locator('body.vscode-reduce-motion');
  // What is grey until it is known breathes.
  const animation = (): Promise<string> =>
    panel.frame.locator('body').evaluate((element) => {
      const skeleton = document.createElement('div');
      skeleton.className = 'skeleton';
      element.append(skeleton);
      const { animationName } = getComputedStyle(skeleton);
      skeleton.remove();
      return animationName;
    });
  await body.waitFor();
  expect(await animation()).toBe('none');
  await body.evaluate(({ classList }) => {
    classList.remove('vscode-reduce-motion');
  });
  expect(await animation()).not.toBe('none');
  await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await animation()).toBe('none');
});

test.each(THEMES)('$name', async ({ name, theme, kind }) => {
  await workbench.chooseTheme(theme);
  const body = panel.frame.locator(`body[data-vscode-theme-kind="${kind}"]`);
  await body.waitFor();
  const background = body.evaluate((element) => [
    getComputedStyle(element).getPropertyValue('--vscode-editor-background'),
    getComputedStyle(element).backgroundColor,
  ]);
  const [wanted = '', painted] = await background;
  expect(painted).toBe(rgb(wanted.trim()));
  await workbench.screenshot(`panel.${name}`);
  await inspectViews();
});

test.each([
  { name: 'wide', width: 2200, height: 1200 },
  { name: 'narrow', width: 900, height: 1100 },
  { name: 'smallest', width: 640, height: 800 },
])('$name', async ({ name, width, height }) => {
  await workbench.page.setViewportSize({ width, height });
  await expect.poll(() => workbench.page.evaluate(() => innerWidth)).toBe(width);
  const overflow = (): Promise<number> =>
    panel.frame.locator('body').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
  const cut = panel.frame
    .locator('.depth-name')
    .evaluateAll((names) => names.map((name) => name.scrollWidth > name.clientWidth));
  expect(new Set(await cut)).toEqual(new Set([false]));
  await workbench.screenshot(`panel.${name}`);
});

/** Every view with all that opens over it, for axe-core. */
async function inspectViews(): Promise<void> {
  const { page } = workbench;
  const { frame } = panel;
  const known = new Set<string>();
  const tabs = frame.getByRole('tab');
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect.poll(() => frame.locator('.need-notice, .skeleton').count()).toBe(0);
    await expectAccessible(frame);
    await inspectPopovers(page, frame, known);
    const map = frame.getByRole('tabpanel').locator('.map-button, .cell.known').first();
    if ((await map.count()) > 0) await inspectWhatOpens(page, frame, map);
  }
  await tabs.first().click();
  const pencil = frame.getByRole('button', { name: 'Edit preprocessing' });
  await pencil.click();
  await expectAccessible(frame, '.form');
  await pencil.click();
}

/** `#rrggbb` as computed styles write it. */
function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `rgb(${String(red)}, ${String(green)}, ${String(blue)})`;
}
