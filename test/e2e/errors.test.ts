// What goes wrong is said in one sentence, and what comes next works.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel.js';
import { MODEL, PICTURE, SAMPLE } from './support/sample.js';
import { Workbench } from './support/workbench.js';

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  const model = readFileSync(path.join(SAMPLE, MODEL));
  workbench = await Workbench.open({
    files: {
      'text.onnx': 'This is no model, it is a letter.\n',
      'truncated.onnx': model.subarray(0, Math.floor(model.length / 2)),
      'text.png': 'This is no picture, it is a letter.\n',
    },
  });
  panel = new Panel(workbench.page);
  await workbench.rightClick(MODEL, 'Use as Model');
  // The model's layers come into view, and with them the sidebar in the place of the explorer.
  await workbench.rows('Model').first().waitFor();
});

afterAll(() => workbench.close());

test('a picture that is no picture is named; the next picture is explained', async () => {
  await workbench.rightClick('text.png', 'Explain with Relevance-CAM');
  expectSentence(await panel.failure.innerText(), 'text.png');
  await workbench.screenshot('error.picture');
  await workbench.explain(PICTURE);
});

test.each(['text.onnx', 'truncated.onnx'])('%s is named; the next model works', async (file) => {
  await workbench.rightClick(file, 'Use as Model');
  expectSentence(await panel.failure.innerText(), file);
  await workbench.screenshot(`error.${path.basename(file, '.onnx')}`);
  await workbench.rightClick(MODEL, 'Use as Model');
  await panel.failure.waitFor({ state: 'detached' });
  await panel.explained();
});

test('a picture that becomes readable is explained by itself', async () => {
  await workbench.rightClick('text.png', 'Explain with Relevance-CAM');
  await panel.failure.waitFor();
  writeFileSync(path.join(workbench.folder, 'text.png'), readFileSync(path.join(SAMPLE, PICTURE)));
  await panel.explained();
});

/** One or two sentences that name the file and carry nothing of the program's insides. */
function expectSentence(text: string, file: string): void {
  expect(text).toContain(file);
  expect(text).toMatch(/\.$/);
  expect(text.length).toBeLessThan(250);
  expect(text).not.toMatch(/Error:|undefined|\[object|\bat .*:\d+|[{}\n]/);
}
