// The picture, the model of one softmax layer and the maps of which tools/metrics has written values.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

import type { MeasuredPicture } from '../../../src/engine/metrics/metric.js';
import { METRICS } from '../../../src/protocol/metrics.js';

export const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/metrics');

const NUMBERS = v.array(v.number());
const EXPECTED = v.object({
  picture: v.object({ channels: v.number(), height: v.number(), width: v.number(), values: NUMBERS }),
  model: v.object({ target: v.number(), weights: v.array(NUMBERS) }),
  own: NUMBERS,
  other: NUMBERS,
  cells: v.array(
    v.object({
      height: v.number(),
      width: v.number(),
      map: NUMBERS,
      weights: NUMBERS,
      values: v.record(v.picklist(METRICS), v.number()),
      removed: NUMBERS,
      imputed: NUMBERS,
    }),
  ),
});
const { picture, model, own, other, cells } = v.parse(
  EXPECTED,
  JSON.parse(readFileSync(path.join(FIXTURES, 'expected.json'), 'utf8')),
);

/** Maps with their values. */
export const CELLS = cells;

/** Of the class under test, in a picture of these values. */
export function probability(values: ArrayLike<number>): number {
  const powers = model.weights.map((row) =>
    Math.exp(row.reduce((sum, weight, index) => sum + weight * (values[index] ?? NaN), 0)),
  );
  return (powers[model.target] ?? NaN) / powers.reduce((a, b) => a + b, 0);
}

export const GIVEN: MeasuredPicture = {
  ...{ ...picture, layout: 'NCHW', seed: 3 },
  input: Float32Array.from(picture.values),
  probability: probability(picture.values),
  own: Uint8Array.from(own),
  other: Uint8Array.from(other),
};

/** What the noise of ROAD may change of a mean of probabilities. */
export const NOISE = 3e-3;
