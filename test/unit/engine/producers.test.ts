// Files as each producer writes them, with what it puts beside them: what they say, of which classes, on pictures prepared how.
// tools/producers makes them, and what is expected by ONNX Runtime on the file as it is and by formulas of one line.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import type { Explanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
import { call } from './calls.js';
import { engine, explain } from './explaining.js';
import { correlation, furthest } from './statistics.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/producers');

const numbers = v.array(v.number());
const Expected = v.object({
  model: v.string(),
  /** The file's own, by class. */
  values: numbers,
  /** Whether it computes in floats throughout. */
  exact: v.boolean(),
  labels: v.array(v.string()),
  preprocessing: v.record(v.string(), v.unknown()),
  /** The last feature map, as the network had it before it was quantised. */
  layer: v.string(),
  size: numbers,
  maps: v.object({ 'grad-cam': numbers, 'relevance-cam': v.optional(numbers) }),
});

const producers = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(producers.map(({ name }) => name))('%s', (producer) => {
  const read = readFileSync(path.join(FOLDER, producer, 'expected.json'), 'utf8');
  const expected = v.parse(Expected, JSON.parse(read));
  const model = path.join(FOLDER, producer, expected.model);
  const best = expected.values.indexOf(Math.max(...expected.values));

  const ask = (method: MethodId): Promise<Explanation> =>
    explain(model, path.join(FOLDER, 'picture.png'), { method });

  test('labels and preprocessing', async () => {
    const { labels, preprocessing } = await engine.open({ model, settings: {} }, call());
    expect(labels).toEqual(expected.labels);
    expect(preprocessing).toMatchObject(expected.preprocessing);
  });

  test('what it says of a picture', async () => {
    const { values, target } = await ask('relevance-cam');
    expect(target).toMatchObject({ index: best, label: expected.labels[best] });
    // One pixel of a picture may be rounded otherwise than by Pillow.
    expect(furthest(values, expected.values)).toBeLessThan(expected.exact ? 0.01 : 0.05);
  });

  // Of signed activations no formula of one line gives Relevance-CAM.
  const methods = (['grad-cam', 'relevance-cam'] as const).filter((method) => method in expected.maps);

  test.each(methods)('the map of the last layer by %s', async (method) => {
    const { layers } = await ask(method);
    const layer = expected.exact ? layers.find(({ tensor }) => tensor === expected.layer) : layers.at(-1);
    expect([layer?.channels, layer?.height, layer?.width]).toEqual(expected.size);
    expect(correlation(layer?.map ?? [], expected.maps[method] ?? [])).toBeGreaterThan(
      expected.exact ? 0.9999 : 0.99,
    );
  });
});
