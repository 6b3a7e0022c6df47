// The background process may die at any moment; the panel ends with the right picture all the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { difference, Panel, type Colours } from './support/panel.js';
import { PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';
import { engines } from './support/processes.js';

let workbench: Workbench;
let panel: Panel;
/** What the second class looks like where nothing goes wrong. */
let undisturbed: Colours;

beforeAll(async () => {
  workbench = await Workbench.open();
  panel = new Panel(workbench.page);
  await workbench.rightClick(PICTURE, 'Explain with Relevance-CAM');
  await panel.explained();
  undisturbed = await panel.explainClass(1);
});

afterAll(() => workbench.close());

test('killed during an explanation, it is restarted once and the explanation repeated', async () => {
  await panel.explainClass(0);
  const engine = await onlyEngine();
  // A stopped process keeps the request under way until it is killed.
  process.kill(engine, 'SIGSTOP');
  const repeated = panel.explainClass(1);
  await panel.frame.getByRole('status').filter({ hasText: /…|%/ }).waitFor();
  process.kill(engine, 'SIGKILL');
  await repeated;
  await expectUndisturbed();
  const restarted = await onlyEngine();
  expect(restarted).not.toBe(engine);
  expect(await panel.failure.count()).toBe(0);
});

test('killed while idle, it is started again by the next request', async () => {
  process.kill(await onlyEngine(), 'SIGKILL');
  await expect.poll(() => engines()).toEqual([]);
  await panel.explainClass(0);
  await panel.explainClass(1);
  await expectUndisturbed();
});

test('it ends with the window', async () => {
  await onlyEngine();
  await workbench.page.close();
  await expect.poll(() => engines(), { timeout: 30_000 }).toEqual([]);
});

/** Ends where nothing went wrong; the notice of the restart takes room from the picture only while it is shown. */
async function expectUndisturbed(): Promise<void> {
  await expect.poll(async () => difference(await panel.colours(), undisturbed), { timeout: 20_000 }).toBe(0);
}

/** The engine of this window, once those of earlier windows have ended. */
async function onlyEngine(): Promise<number> {
  await expect.poll(() => engines(), { timeout: 30_000 }).toHaveLength(1);
  return engines()[0] ?? 0;
}
