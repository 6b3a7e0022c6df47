import axe from 'axe-core';
import type { FrameLocator } from 'playwright-core';
import { expect } from 'vitest';

/** The rules that axe-core runs by itself, and the one on trial: what is read on a control is part of its name (WCAG 2.5.3). */
const RUN = `axe
  .run(document, { rules: { 'label-content-name-mismatch': { enabled: true } } })
  .then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, ...target, failureSummary].join(' '))),
  )`;

/** Demands that axe-core finds nothing wrong with a page of the extension as it stands. */
export async function expectAccessible(page: FrameLocator): Promise<void> {
  const body = await page.locator('body').elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error('There is no page.');
  await frame.evaluate(axe.source);
  expect(await frame.evaluate(RUN)).toEqual([]);
}
