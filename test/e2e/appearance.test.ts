// The panel in every theme and width, for the eye; and what an eye is not needed for: that nothing overflows and
// that the page follows the theme.
import { afterEach, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench, type WorkbenchOptions } from './support/workbench.js';

const LOOKS: readonly (WorkbenchOptions & { readonly name: string })[] = [
  { name: 'dark', theme: 'Default Dark Modern' },
  { name: 'light', theme: 'Default Light Modern' },
  { name: 'high-contrast', theme: 'Default High Contrast' },
  { name: 'high-contrast-light', theme: 'Default High Contrast Light' },
  { name: 'narrow', theme: 'Default Dark Modern', width: 900, height: 1000 },
];

let workbench: Workbench;
afterEach(() => workbench.close());

test.each(LOOKS)('$name', async ({ name, ...options }) => {
  workbench = await Workbench.open(options);
  const panel = new Panel(workbench.page);
  await workbench.rightClick(PICTURE, 'Explain with Relevance-CAM');
  await panel.explained();
  await workbench.screenshot(`panel.${name}`);

  const body = panel.frame.locator('body');
  expect(
    await body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  ).toBeLessThanOrEqual(0);
  const background = await body.evaluate((element) => {
    const colour = getComputedStyle(element).getPropertyValue('--vscode-editor-background');
    return [colour.trim(), getComputedStyle(element).backgroundColor];
  });
  expect(rgb(background[0] ?? '')).toBe(background[1]);
});

/** `#rrggbb` as computed styles write it. */
function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `rgb(${String(red)}, ${String(green)}, ${String(blue)})`;
}
