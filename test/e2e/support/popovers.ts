import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expectAccessible } from './accessible.js';

/** By the names of the editor's themes, the kinds that it tells a page. */
export const THEMES = [
  { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
  { name: 'high-contrast-light', theme: 'Light High Contrast', kind: 'vscode-high-contrast-light' },
  { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
] as const;

const OPEN = ':popover-open, dialog[open]';

/** Opens something over a page by a button of it, demands that axe-core finds nothing wrong with that, and closes it. */
export async function inspectWhatOpens(page: Page, frame: FrameLocator, button: Locator): Promise<void> {
  await button.press('Enter');
  const open = frame.locator(OPEN);
  await open.waitFor();
  await expectAccessible(frame, OPEN);
  await page.keyboard.press('Escape');
  await open.waitFor({ state: 'hidden' });
}

/**
 * Inspects each menu and each popover that the buttons in sight open.
 * @param known the buttons that led to one before, of which none is opened again
 */
export async function inspectPopovers(
  page: Page,
  frame: FrameLocator,
  known = new Set<string>(),
): Promise<void> {
  for (const button of await frame.locator('button[aria-haspopup]:enabled').all()) {
    // In the head and below it, other things may have one name.
    const name = await button.evaluate((element) =>
      [element.closest('header') !== null, element.getAttribute('title')].join(),
    );
    if (known.has(name) || !(await button.isVisible())) continue;
    known.add(name);
    await inspectWhatOpens(page, frame, button);
  }
}
