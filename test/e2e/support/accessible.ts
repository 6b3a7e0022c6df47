import axe from 'axe-core';
import type { FrameLocator } from 'playwright-core';
import { expect } from 'vitest';

/** The rules that axe-core runs by itself, and the one on trial: what is read on a control is part of its name (WCAG 2.5.3). */
const RULES = "{ rules: { 'label-content-name-mismatch': { enabled: true } } }";

/**
 * Demands that axe-core finds nothing wrong with a page of the extension as it stands.
 * @param part selector of the only part of it that is looked at
 */
export async function expectAccessible(page: FrameLocator, part?: string): Promise<void> {
  const body = await page.locator('body').elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error('There is no page.');
  if (await frame.evaluate('!globalThis.axe')) await frame.evaluate(axe.source);
  const where = part === undefined ? 'document' : JSON.stringify(part);
  const found = await frame.evaluate(`axe
    .run(${where}, ${RULES})
    .then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, ...target, failureSummary].join(' '))),
    )`);
  expect(found).toEqual([]);
}
