// The pixels that timm and PaddleX make of a picture by what lies beside a model, and OpenCV and TensorFlow without antialiasing.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as v from 'valibot';
import { resolvePreprocessing } from '../../../src/engine/image/resolvePreprocessing.js';
import { MODEL_SETTINGS } from '../../../src/protocol/modelSettings.js';
import { levelsOff, Pixels, PROCESSORS } from './preparedPixels.js';

const Case = v.object({
  name: v.string(),
  /** Files by their names. */
  beside: v.optional(v.record(v.string(), v.string()), {}),
  settings: v.optional(MODEL_SETTINGS, {}),
  ...Pixels.entries,
});
const cases = v.parse(v.array(Case), JSON.parse(await readFile(join(PROCESSORS, 'others.json'), 'utf8')));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevance-cam-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each(cases)('$name', async ({ beside, settings, ...pixels }) => {
  for (const [name, text] of Object.entries(beside)) await writeFile(join(folder, name), text);
  const model = join(folder, 'model.onnx');
  const { preprocessing } = await resolvePreprocessing(model, [1, ...pixels.shape], 10, settings);
  // A level for each time that it is rounded, along rows and along columns.
  expect(Math.max(...(await levelsOff(preprocessing, pixels)))).toBeLessThan(1.1);
});
