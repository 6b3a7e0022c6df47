// Pictures and maps to be measured, and a model of one softmax layer that is asked of them.
import { setImmediate } from 'node:timers/promises';

import { measure, type MetricValues, type Passes } from '../../../src/engine/metrics/measure.js';
import type { MeasuredMap, MeasuredPicture } from '../../../src/engine/metrics/metric.js';
import type { MetricId } from '../../../src/protocol/metrics.js';
import { call } from './calls.js';

/** A grey picture of 4 × 4 pixels, all of them 1. */
export const PICTURE: MeasuredPicture = {
  input: new Float32Array(16).fill(1),
  layout: 'NCHW',
  channels: 1,
  height: 4,
  width: 4,
  probability: 0.5,
  own: null,
  other: null,
  seed: 1,
};

export function mapOf(up: ArrayLike<number>, change: Partial<MeasuredMap> = {}): MeasuredMap {
  return { picture: PICTURE, up: Float32Array.from(up), upOfOther: null, weights: null, ...change };
}

/** Passes through a function of a picture's values, so many in one run, with the pictures they were asked of. */
export function passes(
  probability: (values: Float32Array) => number,
  atOnce = 2,
): Passes & { readonly runs: (readonly Float32Array[])[] } {
  const runs: (readonly Float32Array[])[] = [];
  return {
    runs,
    atOnce: () => Promise.resolve(atOnce),
    run: (pictures) => {
      runs.push(pictures);
      return Promise.resolve(pictures.map(probability));
    },
  };
}

export function measureAll(
  maps: readonly MeasuredMap[],
  metrics: readonly MetricId[],
  asked: Passes,
  signal?: AbortSignal,
): Promise<readonly MetricValues[]> {
  return measure(maps, metrics, asked, { ...call(signal), giveWay: () => setImmediate() });
}

export async function valueOf(map: MeasuredMap, metric: MetricId, asked = passes(() => 0)): Promise<unknown> {
  const [values] = await measureAll([map], [metric], asked);
  return values?.[metric];
}
