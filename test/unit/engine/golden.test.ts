// Compares with golden values of real ImageNet models where the development data lies beside the project.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call } from './calls.js';
import { correlation } from './statistics.js';

const DATA = path.resolve(import.meta.dirname, '../../../../shared/data');
const GOLDEN = path.join(DATA, 'golden');
const present = existsSync(GOLDEN);
if (!present) console.info(`No golden values in ${GOLDEN}: real models are not compared.`);

const Golden = v.object({
  model: v.string(),
  input: v.string(),
  class: v.number(),
  logit: v.number(),
  layers: v.record(
    v.string(),
    v.object({
      shape: v.array(v.number()),
      relevanceCam: v.array(v.number()),
      top3: v.array(v.number()),
      top3Weights: v.array(v.number()),
    }),
  ),
  authors: v.optional(
    v.record(v.string(), v.object({ tensor: v.string(), relevanceCam: v.array(v.number()) })),
  ),
});

const cacheFolder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-test-'));
const engine = new Engine({ cacheFolder, log: () => undefined });
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

async function explain(golden: v.InferOutput<typeof Golden>): Promise<Explanation> {
  return engine.explain(
    {
      model: path.join(DATA, golden.model),
      settings: {},
      method: 'relevance-cam',
      source: { kind: 'array', path: path.join(GOLDEN, golden.input) },
      target: golden.class,
      layers: null,
      top: 3,
    },
    call(),
  );
}

const files = present ? readdirSync(GOLDEN).filter((name) => name.endsWith('.json')) : [];

describe.skipIf(!present)('golden values of real models', () => {
  test.each(files)('%s', async (file) => {
    const golden = v.parse(Golden, JSON.parse(readFileSync(path.join(GOLDEN, file), 'utf8')));
    const explanation = await explain(golden);
    const layers = new Map(explanation.layers.map((layer) => [layer.tensor, layer]));

    expect(Math.abs(explanation.target.logit - golden.logit) / Math.abs(golden.logit)).toBeLessThan(1e-4);
    for (const [tensor, expected] of Object.entries(golden.layers)) {
      const layer = layers.get(tensor);
      expect(layer, tensor).toBeDefined();
      if (layer === undefined) continue;
      expect([layer.channels, layer.height, layer.width]).toEqual(expected.shape);
      expect(correlation(layer.map, expected.relevanceCam), tensor).toBeGreaterThan(0.9999);
      // Channels of equal weight may stand in any order; each must weigh what it should.
      const largest = Math.max(...expected.top3Weights.map(Math.abs));
      expected.top3.forEach((channel, rank) => {
        const weight = expected.top3Weights[rank] ?? NaN;
        expect(Math.abs((layer.weights[channel] ?? NaN) - weight) / largest, tensor).toBeLessThan(1e-3);
        const tied = expected.top3Weights.filter((other) => other === weight).length > 1;
        if (!tied) expect(layer.top[rank]?.channel, tensor).toBe(channel);
      });
    }
    for (const { tensor, relevanceCam } of Object.values(golden.authors ?? {}))
      expect(
        correlation(layers.get(tensor)?.map ?? [], relevanceCam),
        `the authors' ${tensor}`,
      ).toBeGreaterThan(0.999);
  });

  test('zebra against tusker: the animals are apart in the first block already', async () => {
    const maps = await Promise.all(
      [340, 101].map(async (index) => {
        const file = path.join(GOLDEN, `resnet50.zebra_elephant1.${index}.json`);
        const { layers } = await explain(v.parse(Golden, JSON.parse(readFileSync(file, 'utf8'))));
        return layers.find(({ tensor }) => tensor === 'layer1.0.relu')?.map ?? new Float32Array();
      }),
    );
    const [zebra = new Float32Array(), tusker = new Float32Array()] = maps;
    expect(correlation(zebra, tusker)).toBeLessThan(0.2);
  });
});
