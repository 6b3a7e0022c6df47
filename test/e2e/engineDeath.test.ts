// The background process may die at any moment; the panel ends with the right picture all the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { difference, type Panel, type Colours } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';
import { engines, onlyEngine } from './support/processes.js';

let workbench: Workbench;
let panel: Panel;
/** What the second class looks like where nothing goes wrong. */
let undisturbed: Colours;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = await workbench.explain(PICTURE);
  undisturbed = await panel.explainClass(1);
});

afterAll(() => workbench.close());

test('killed during an explanation, it is restarted once and the explanation repeated', async () => {
  await panel.explainClass(0);
  const engine = await onlyEngine(workbench);
  // A stopped process keeps the request under way until it is killed.
  process.kill(engine, 'SIGSTOP');
  const repeated = panel.explainClass(1);
  await panel.frame.getByRole('status').filter({ hasText: /…|%/ }).waitFor();
  process.kill(engine, 'SIGKILL');
  await repeated;
  await expectUndisturbed();
  const restarted = await onlyEngine(workbench);
  expect(restarted).not.toBe(engine);
  expect(await panel.failure.count()).toBe(0);
});

test('killed while idle, it is started again by the next request', async () => {
  process.kill(await onlyEngine(workbench), 'SIGKILL');
  await expect.poll(() => engines(workbench)).toEqual([]);
  await panel.explainClass(0);
  await panel.explainClass(1);
  await expectUndisturbed();
});

test('killed while a view waits for its maps, it is started again and they fill in', async () => {
  const engine = await onlyEngine(workbench);
  process.kill(engine, 'SIGSTOP');
  await panel.openView('Compare');
  await panel.frame.locator('.need-notice').getByText('Cancel', { exact: true }).waitFor();
  const known = panel.frame.locator('.cell.known[data-method="grad-cam"]');
  expect(await known.count()).toBe(0);
  process.kill(engine, 'SIGKILL');
  const rows = await panel.frame.getByRole('rowheader').count();
  expect(rows).toBeGreaterThan(2);
  await expect.poll(() => known.count()).toBe(rows);
  await panel.frame.locator('.need-notice').waitFor({ state: 'detached' });
  expect(await onlyEngine(workbench)).not.toBe(engine);
});

test('it ends with the window', async () => {
  await onlyEngine(workbench);
  await workbench.page.close();
  await expect.poll(() => engines(workbench)).toEqual([]);
});

/** Ends where nothing went wrong; the notice of the restart takes room from the picture only while it is shown. */
async function expectUndisturbed(): Promise<void> {
  await expect.poll(async () => difference(await panel.colours(), undisturbed)).toBe(0);
}
