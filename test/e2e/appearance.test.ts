// The panel in every theme and width, for the eye; and what an eye is not needed for: that the page follows the theme
// at once and that nothing overflows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({ settings: { 'workbench.reduceMotion': 'on' } });
  panel = await workbench.explain(PICTURE);
});

afterAll(() => workbench.close());

test('nothing moves where the editor’s setting asks for that', async () => {
  const moving = panel.frame.locator('body.vscode-reduce-motion').evaluate(
    (body) =>
      [...body.querySelectorAll('*')].filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== 'none' || /[1-9]/.test(transitionDuration);
      }).length,
  );
  expect(await moving).toBe(0);
});

test.each([
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
  { name: 'high-contrast-light', theme: 'Light High Contrast', kind: 'vscode-high-contrast-light' },
  { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
])('$name', async ({ name, theme, kind }) => {
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

/** `#rrggbb` as computed styles write it. */
function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `rgb(${String(red)}, ${String(green)}, ${String(blue)})`;
}
