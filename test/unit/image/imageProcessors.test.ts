import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { decodePicture } from '../../../src/engine/image/decode.js';
import { preprocess } from '../../../src/engine/image/preprocess.js';
import { resolvePreprocessing } from '../../../src/engine/image/resolvePreprocessing.js';
import { temporaryFolder } from './helpers.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/processors');
const Case = v.object({
  config: v.looseObject({ image_processor_type: v.string() }),
  shape: v.tuple([v.number(), v.number(), v.number()]),
  /** Every so many rows and columns are given. */
  step: v.number(),
  values: v.array(v.number()),
});
const cases = v.parse(v.array(Case), JSON.parse(await readFile(join(FIXTURES, 'processors.json'), 'utf8')));

const folder = temporaryFolder();

test.each(cases.map((each) => ({ ...each, name: JSON.stringify(each.config) })))(
  'the pixels that Hugging Face’s class makes: $name',
  async ({ config, shape, step, values }) => {
    await folder.write('preprocessor_config.json', JSON.stringify(config));
    const [channels, height, width] = shape;
    const model = folder.path('model.onnx');
    const { preprocessing, source } = await resolvePreprocessing(model, [1, channels, height, width], 10, {});
    expect(source).toBe('file beside the model');
    const input = preprocess(await decodePicture(join(FIXTURES, 'picture.png')), preprocessing);
    const sampled = Array.from(input).filter((_, at) => {
      const [row, column] = [Math.floor(at / width) % height, at % width];
      return row % step === 0 && column % step === 0;
    });
    expect(sampled).toHaveLength(values.length);
    const [low, high] = preprocessing.range;
    // One level of 255 for rounding, where one pixel more is seen at the edge of a crop some more.
    const level = (high - low) / 255 / Math.min(...preprocessing.std);
    const differences = sampled.map((value, at) => Math.abs(value - (values[at] ?? 0)) / level);
    expect(differences.filter((difference) => difference > 1.1).length).toBeLessThanOrEqual(ofEdge(config));
  },
);

const SHAPE = [1, 3, 224, 224];

test.each([
  ['patches', 'Siglip2ImageProcessor', { patch_size: 16, max_num_patches: 256 }],
  ['the numbers of colours', 'ImageGPTFeatureExtractor', { size: 32 }],
  ['turned pictures', 'DonutImageProcessor', { size: [224, 224], do_align_long_axis: true }],
])('of a class that makes %s it is said, unless the user says how pictures go in', async (_, name, keys) => {
  const config = { image_processor_type: name, ...keys };
  await folder.write('preprocessor_config.json', JSON.stringify(config));
  const model = folder.path('model.onnx');
  await expect(resolvePreprocessing(model, SHAPE, 10, {})).rejects.toMatchObject({
    failure: { code: 'unreadProcessor', parameters: { file: model, processor: name } },
  });
  const settings = { fit: 'squash', mean: [0.5], std: [0.5] } as const;
  const { source } = await resolvePreprocessing(model, SHAPE, 10, settings);
  expect(source).toBe('setting');
});

/** Perceiver cuts before it resizes: its pixels at the edge know nothing of what is beyond. */
function ofEdge(config: { readonly image_processor_type: string }): number {
  return config.image_processor_type.startsWith('Perceiver') ? 60 : 0;
}
