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

/** Perceiver cuts before it resizes: its pixels at the edge know nothing of what is beyond. */
function ofEdge(config: { readonly image_processor_type: string }): number {
  return config.image_processor_type.startsWith('Perceiver') ? 60 : 0;
}
