// What a person waits for is told before the rest is compiled, and is what all of it says later.
import path from 'node:path';
import { expect, test } from 'vitest';

import type { ExplainRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { engine, expectNear } from './explaining.js';

const SAMPLE = path.join(import.meta.dirname, '../../../media/sample');
const MODEL = path.join(SAMPLE, 'sample.onnx');
const PICTURE = path.join(SAMPLE, 'pictures/bird-cat-cup.png');

/** What was told before the end, and the end. */
async function told(asked: Partial<ExplainRequest>): Promise<{ parts: Explanation[]; whole: Explanation }> {
  const parts: Explanation[] = [];
  const source = { kind: 'image', path: PICTURE } as const;
  const usual = { settings: {}, method: 'relevance-cam', target: null, layers: null, top: 3 } as const;
  const partial = ([part]: readonly Explanation[]): void => {
    if (part !== undefined) parts.push(part);
  };
  const whole = await engine.explain({ model: MODEL, source, ...usual, ...asked }, { ...call(), partial });
  return { parts, whole };
}

test('the layer shown comes first, once, with the values that it has among all', async () => {
  const { layers } = await engine.open({ model: MODEL, settings: {} }, call());
  const first = layers[3]?.tensor ?? '';
  const { parts, whole } = await told({ first });
  expect(parts).toHaveLength(1);
  const [part] = parts;
  expect(part?.layers.map(({ tensor }) => tensor)).toEqual([first]);
  expect(part?.target.index).toBe(whole.target.index);
  expect(whole.layers.length).toBeGreaterThan(20);
  const [shown, among] = [part?.layers[0], whole.layers.find(({ tensor }) => tensor === first)];
  const largest = Math.max(...(among?.map ?? []).map(Math.abs));
  expectNear(shown?.map ?? [], among?.map ?? [], 1e-5 * largest);
  expect(shown?.top.map(({ channel }) => channel)).toEqual(among?.top.map(({ channel }) => channel));

  // All are compiled now: there is nothing to wait for.
  expect((await told({ first, target: 2 })).parts).toEqual([]);
});

test('pixels can be the layer shown; one that is not asked for is not', async () => {
  const { input, layers } = await engine.open({ model: MODEL, settings: {} }, call());
  const all = [input.name, ...layers.map(({ tensor }) => tensor)];
  const { parts } = await told({ method: 'lrp', layers: all, first: input.name });
  expect(parts[0]?.layers.map(({ tensor }) => tensor)).toEqual([input.name]);
  expect((await told({ method: 'clrp', layers: all.slice(0, 2), first: all[5] ?? '' })).parts).toEqual([]);
});
