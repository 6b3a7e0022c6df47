// Compares with golden values of real ImageNet models where the development data lies beside the project.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import type { CompareRequest } from '../../../src/protocol/engineApi.js';
import type { Explanation, LayerExplanation } from '../../../src/protocol/explanation.js';
import type { MethodId } from '../../../src/protocol/methods.js';
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
      gradCam: v.array(v.number()),
      gradCamPlusPlus: v.array(v.number()),
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

async function explain(
  golden: v.InferOutput<typeof Golden>,
  methods: readonly MethodId[],
  change: Partial<CompareRequest> = {},
): Promise<readonly Explanation[]> {
  return engine.compare(
    {
      model: path.join(DATA, golden.model),
      settings: {},
      methods,
      source: { kind: 'array', path: path.join(GOLDEN, golden.input) },
      targets: [golden.class],
      layers: null,
      top: 3,
      carried: false,
      ...change,
    },
    call(),
  );
}

function layersOf(explanation: Explanation | undefined): ReadonlyMap<string, LayerExplanation> {
  return new Map(explanation?.layers.map((layer) => [layer.tensor, layer]));
}

const files = present ? readdirSync(GOLDEN).filter((name) => name.endsWith('.json')) : [];

function onePerModel(names: readonly string[]): readonly string[] {
  const modelOf = (name: string | undefined): string | undefined => name?.split('.', 1)[0];
  return names.filter((name, index) => modelOf(name) !== modelOf(names[index - 1]));
}

/** RELEVANCE.md's formula in double precision, on gradients changed by up to `noise` of their size. */
function naiveGradCamPlusPlus({ map, top }: LayerExplanation, noise: number): Float64Array {
  const result = new Float64Array(map.length);
  let state = 1;
  for (const { activation, carried } of top) {
    const g = Float64Array.from(carried ?? [], (value) => {
      state = (state * 48271) % 2147483647;
      return value * (1 + noise * (state / 1073741823.5 - 1));
    });
    const sum = g.reduce((total, value, index) => total + (activation[index] ?? NaN) * value ** 3, 0);
    const weight = g.reduce((total, value) => {
      const denominator = 2 * value ** 2 + sum;
      const a = Math.abs(denominator) > 1e-9 ? value ** 2 / denominator : 0;
      return total + a * Math.max(0, value);
    }, 0);
    activation.forEach((value, index) => (result[index] = (result[index] ?? NaN) + weight * value));
  }
  return result.map((value) => Math.max(0, value));
}

describe.skipIf(!present)('golden values of real models', () => {
  test.each(files)('%s', async (file) => {
    const golden = v.parse(Golden, JSON.parse(readFileSync(path.join(GOLDEN, file), 'utf8')));
    const [relevanceCam, gradCam] = await explain(golden, ['relevance-cam', 'grad-cam']);
    const layers = layersOf(relevanceCam);
    const byGradient = layersOf(gradCam);

    expect(
      Math.abs((relevanceCam?.target.logit ?? NaN) - golden.logit) / Math.abs(golden.logit),
    ).toBeLessThan(1e-4);
    for (const [tensor, expected] of Object.entries(golden.layers)) {
      const layer = layers.get(tensor);
      expect(layer, tensor).toBeDefined();
      if (layer === undefined) continue;
      expect([layer.channels, layer.height, layer.width]).toEqual(expected.shape);
      // A map of zeros has no correlation.
      const isMap = expected.gradCam.some((value) => value > 0);
      const found = byGradient.get(tensor)?.map ?? [];
      if (isMap) expect(correlation(found, expected.gradCam), `gradCam of ${tensor}`).toBeGreaterThan(0.9999);
      else expect(Math.max(...found), `gradCam of ${tensor}`).toBeLessThan(1e-6);
      // Of signed activations the golden relevance is by rules for rectified ones; the gradients hold.
      if (golden.model.includes('mobilenet')) continue;
      expect(correlation(layer.map, expected.relevanceCam), tensor).toBeGreaterThan(0.9999);
      // Channels of equal weight may stand in any order; each must weigh what it should.
      const largest = Math.max(...expected.top3Weights.map(Math.abs));
      expected.top3.forEach((channel, rank) => {
        const weight = expected.top3Weights[rank] ?? NaN;
        expect(Math.abs((layer.weights?.[channel] ?? NaN) - weight) / largest, tensor).toBeLessThan(1e-3);
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

  // Grad-CAM++ divides by 2 g² + Σ A g³, which comes near zero at some positions, and g jumps where a Relu's input lies
  // within rounding of zero. So a layer is compared where its map withstands the change that one such Relu makes of g.
  test.each(onePerModel(files))('Grad-CAM++ of %s', async (file) => {
    const golden = v.parse(Golden, JSON.parse(readFileSync(path.join(GOLDEN, file), 'utf8')));
    let compared = 0;
    for (const [tensor, expected] of Object.entries(golden.layers)) {
      const [channels] = expected.shape;
      const [explanation] = await explain(golden, ['grad-cam++'], {
        layers: [tensor],
        top: channels ?? 0,
        carried: true,
      });
      const [layer] = explanation?.layers ?? [];
      if (layer === undefined) throw new Error(`${tensor} is not explained`);
      const naive = naiveGradCamPlusPlus(layer, 0);
      expect(correlation(layer.map, naive), `by the formula, ${tensor}`).toBeGreaterThan(0.9999);
      if (!(correlation(naiveGradCamPlusPlus(layer, 1e-3), naive) > 0.99999)) continue;
      compared++;
      expect(correlation(layer.map, expected.gradCamPlusPlus), tensor).toBeGreaterThan(0.9999);
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('zebra against tusker: the animals are apart in the first block already', async () => {
    const maps = await Promise.all(
      [340, 101].map(async (index) => {
        const file = path.join(GOLDEN, `resnet50.zebra_elephant1.${index}.json`);
        const golden = v.parse(Golden, JSON.parse(readFileSync(file, 'utf8')));
        const [explanation] = await explain(golden, ['relevance-cam']);
        return (
          explanation?.layers.find(({ tensor }) => tensor === 'layer1.0.relu')?.map ?? new Float32Array()
        );
      }),
    );
    const [zebra = new Float32Array(), tusker = new Float32Array()] = maps;
    expect(correlation(zebra, tusker)).toBeLessThan(0.2);
  });
});
