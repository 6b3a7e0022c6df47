// A workspace with several models asks once which one explains its pictures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { difference, Panel } from './support/panel.js';
import { onlyEngine } from './support/processes.js';
import { FOURTH_PICTURE, MODEL, OTHER_PICTURE, PICTURE, SAMPLE, THIRD_PICTURE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({ files: { 'other.onnx': readFileSync(path.join(SAMPLE, MODEL)) } });
  panel = new Panel(workbench.page);
});

afterAll(() => workbench.close());

test('the choice is asked for, shown in the status bar and remembered', async () => {
  await workbench.rightClick(PICTURE, 'Explain with Relevance-CAM');
  await workbench.pick('other.onnx');
  await panel.explained();
  const model = workbench.page.locator('.statusbar-item').filter({ hasText: 'other.onnx' });
  await model.waitFor();

  await workbench.explain(OTHER_PICTURE);
  expect(await panel.frame.locator('header.head').innerText()).toContain('other.onnx');
});

test('the model chosen in a panel is its own until it is used for all', async () => {
  const head = panel.frame.locator('header.head');
  const chooseModel = (): Promise<void> => head.getByRole('button', { name: /\.onnx$/ }).click();
  await chooseModel();
  await workbench.pick(MODEL);
  await expect.poll(() => head.innerText()).toContain(MODEL);
  await panel.explained();
  await workbench.explain(PICTURE);
  expect(await head.innerText()).toContain('other.onnx');

  await workbench.explain(OTHER_PICTURE);
  expect(await head.innerText()).toContain(MODEL);
  await chooseModel();
  await workbench.pick(`Use ${MODEL} for All Panels`);
  await workbench.explain(PICTURE);
  await expect.poll(() => head.innerText()).toContain(MODEL);
});

test('another model that is not waited for leaves everything as it was', async () => {
  const head = panel.frame.locator('header.head');
  const before = await panel.colours();
  // As long as the process is stopped, the other model is being opened.
  const engine = await onlyEngine(workbench);
  process.kill(engine, 'SIGSTOP');
  await head.getByRole('button', { name: MODEL }).click();
  await workbench.pick('other.onnx');
  await panel.frame.locator('.working').getByRole('progressbar').waitFor();
  await panel.frame.locator('.working').getByText('Cancel', { exact: true }).click();
  await head.getByRole('button', { name: MODEL }).waitFor();
  process.kill(engine, 'SIGCONT');
  await panel.explained();
  expect(await panel.failure.count()).toBe(0);
  expect(difference(await panel.colours(), before)).toBe(0);
  // What is chosen next is explained by the model that is shown.
  await panel.explainClass(1);
  expect(await head.innerText()).toContain(MODEL);
});

test('a picture that is not waited for at all is no failure, and its model can be chosen', async () => {
  const engine = await onlyEngine(workbench);
  process.kill(engine, 'SIGSTOP');
  await workbench.rightClick(THIRD_PICTURE, 'Explain with Relevance-CAM');
  await panel.frame.locator('.working').getByText('Cancel', { exact: true }).click();
  await panel.frame.getByRole('heading', { name: 'Cancelled' }).waitFor();
  process.kill(engine, 'SIGCONT');
  expect(await panel.failure.count()).toBe(0);
  await panel.frame.locator('header.head').getByRole('button', { name: 'Choose Model' }).waitFor();
  await panel.frame.locator('main').getByText('Explain', { exact: true }).click();
  await panel.explained();
});

test('a next picture that is not waited for leaves the one before, whose next it still is', async () => {
  const name = panel.frame.locator('.head-image');
  const next = panel.frame.getByRole('button', { name: /^Next picture/ });
  const before = await name.innerText();
  const engine = await onlyEngine(workbench);
  process.kill(engine, 'SIGSTOP');
  await next.click();
  await panel.frame.locator('.working').getByText('Cancel', { exact: true }).click();
  await panel.frame.locator('.working').waitFor({ state: 'detached' });
  process.kill(engine, 'SIGCONT');
  expect(await name.innerText()).toBe(before);
  await next.click();
  await expect.poll(() => name.innerText()).toBe(path.basename(FOURTH_PICTURE));
  await panel.explained();
});

test('the layer tree of a model opens from its menu', async () => {
  await workbench.rightClick(MODEL, 'Open Layer Tree');
  await expect.poll(() => workbench.rows('Model').count()).toBeGreaterThan(3);
});
