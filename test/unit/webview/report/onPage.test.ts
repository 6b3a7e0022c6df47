import { afterAll, beforeAll, expect, it } from 'vitest';
import { PanelPages } from '../panelPages.js';

let pages: PanelPages;

beforeAll(async () => {
  pages = await PanelPages.start();
});

afterAll(() => pages.end());

it('classes of one label carry their numbers in a report', async () => {
  const page = await pages.openReport('scenario=alike');
  const classes = page.locator('.report-class');
  await classes.first().waitFor();
  for (const text of await classes.allInnerTexts()) expect(text).toMatch(/\bcrane #\d/);
  expect(new Set(await classes.allInnerTexts()).size).toBeGreaterThan(1);
});
