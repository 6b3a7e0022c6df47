import { join } from 'node:path';
import * as v from 'valibot';
import { decodePicture } from '../../../src/engine/image/decode.js';
import { preprocess } from '../../../src/engine/image/preprocess.js';
import type { Preprocessing } from '../../../src/protocol/model.js';

/** A picture, and what others make of it; `tools/processors` makes both. */
export const PROCESSORS = join(import.meta.dirname, '../../fixtures/processors');

/** Some of the pixels that somebody else's program makes of the picture. */
export const Pixels = v.object({
  /** (channels, height, width) */
  shape: v.tuple([v.number(), v.number(), v.number()]),
  /** Every so many rows and columns are given. */
  step: v.number(),
  values: v.array(v.number()),
});

/** How far the picture prepared like this is from those pixels, each in levels of 255. */
export async function levelsOff(
  preprocessing: Preprocessing,
  { shape: [, height, width], step, values }: v.InferOutput<typeof Pixels>,
): Promise<readonly number[]> {
  const input = preprocess(await decodePicture(join(PROCESSORS, 'picture.png')), preprocessing);
  const sampled = Array.from(input).filter((_, at) => {
    const [row, column] = [Math.floor(at / width) % height, at % width];
    return row % step === 0 && column % step === 0;
  });
  if (sampled.length !== values.length) throw new Error(`${sampled.length} pixels, not ${values.length}`);
  const [low, high] = preprocessing.range;
  const level = (high - low) / 255 / Math.min(...preprocessing.std);
  return sampled.map((value, at) => Math.abs(value - (values[at] ?? 0)) / level);
}
