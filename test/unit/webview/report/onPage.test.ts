import { expect, it } from 'vitest';
import { panelPages } from '../panelPages.js';

const pages = panelPages();

it('classes of one label carry their numbers in a report', async () => {
  const page = await pages.openReport('scenario=alike');
  const classes = page.locator('.report-class');
  await classes.first().waitFor();
  for (const text of await classes.allInnerTexts()) expect(text).toMatch(/\bcrane #\d/);
  expect(new Set(await classes.allInnerTexts()).size).toBeGreaterThan(1);
});
