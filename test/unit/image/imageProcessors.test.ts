import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { resolvePreprocessing } from '../../../src/engine/image/resolvePreprocessing.js';
import { temporaryFolder } from './helpers.js';
import { levelsOff, Pixels, PROCESSORS } from './preparedPixels.js';

const Case = v.object({ config: v.looseObject({ image_processor_type: v.string() }), ...Pixels.entries });
const cases = v.parse(v.array(Case), JSON.parse(await readFile(join(PROCESSORS, 'processors.json'), 'utf8')));

const folder = temporaryFolder();
const other = temporaryFolder();

test.each(cases.map((each) => ({ ...each, name: JSON.stringify(each.config) })))(
  'the pixels that Hugging Face’s class makes: $name',
  async ({ config, ...pixels }) => {
    await folder.write('preprocessor_config.json', JSON.stringify(config));
    const model = folder.path('model.onnx');
    const { preprocessing, source } = await resolvePreprocessing(model, [1, ...pixels.shape], 10, {});
    expect(source).toBe('file beside the model');
    // One level of 255 for rounding.
    expect(Math.max(...(await levelsOff(preprocessing, pixels)))).toBeLessThan(1.1);
  },
);

test('a size that bounds pictures leaves their normalisation as it is', async () => {
  const config = { size: { longest_edge: 300 }, image_mean: [0.4, 0.5, 0.6], image_std: [0.2, 0.3, 0.4] };
  await folder.write('preprocessor_config.json', JSON.stringify(config));
  const { preprocessing, source } = await resolvePreprocessing(
    folder.path('model.onnx'),
    [1, 3, 64, 64],
    10,
    {},
  );
  expect(source).toBe('file beside the model');
  expect(preprocessing).toMatchObject({ fit: 'squash', mean: config.image_mean, std: config.image_std });
});

test('a processor of several modalities holds that of pictures, which goes first', async () => {
  const images = { image_processor_type: 'SiglipImageProcessor', size: { height: 224, width: 224 } };
  await other.write('preprocessor_config.json', JSON.stringify({ size: 224, image_mean: [0, 0, 0] }));
  await other.write(
    'processor_config.json',
    JSON.stringify({ image_processor: images, processor_class: 'P' }),
  );
  const { preprocessing } = await resolvePreprocessing(other.path('model.onnx'), [1, 3, 224, 224], 10, {});
  expect(preprocessing).toMatchObject({ fit: 'squash', interpolation: 'bicubic', mean: [0.5, 0.5, 0.5] });
});

const SHAPE = [1, 3, 224, 224];

test.each([
  ['patches', 'Siglip2ImageProcessor', { patch_size: 16, max_num_patches: 256 }],
  ['the numbers of colours', 'ImageGPTFeatureExtractor', { size: 32 }],
  ['a cut of the picture as it is', 'CLIPImageProcessor', { do_resize: false, do_center_crop: true }],
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
