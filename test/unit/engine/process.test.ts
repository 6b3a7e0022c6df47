import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { EngineClient } from '../../../src/extension/client/engineClient.js';
import type { Call, CompareRequest, ExplainRequest } from '../../../src/protocol/engineApi.js';
import { call } from './calls.js';
import { writeLargeModel } from './largeModel.js';
import { EngineProgram } from './engineProgram.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SAMPLE = path.join(ROOT, 'media/sample/sample.onnx');
/** Some hundred forward passes. */
const LAYERS = 4;
const PICTURE = path.join(ROOT, 'media/sample/pictures/bird-cat-cup.png');

describe('the engine’s process, asked by several', () => {
  let program: EngineProgram;
  let engine: EngineClient;
  let starts: number;

  beforeAll(async () => {
    program = await EngineProgram.build();
  });
  afterAll(() => {
    program.remove();
  });
  beforeEach(() => {
    starts = 0;
    engine = new EngineClient({
      launch: () => {
        starts++;
        return program.fork();
      },
      log: { info: () => undefined, warn: () => undefined },
    });
  });
  afterEach(() => {
    engine.dispose();
  });

  const source = { kind: 'image', path: PICTURE } as const;
  const click: ExplainRequest = {
    model: SAMPLE,
    settings: {},
    source,
    method: 'relevance-cam',
    target: null,
    layers: null,
    top: 3,
  };

  /** Score-CAM of some layers, which has begun; how far it is, after every run. */
  async function scoreCam(): Promise<{ readonly fractions: number[]; readonly end: Promise<unknown> }> {
    const { layers } = await engine.open({ model: SAMPLE, settings: {} }, call());
    const request: CompareRequest = {
      ...click,
      methods: ['score-cam'],
      targets: [null],
      layers: layers.slice(-LAYERS).map(({ tensor }) => tensor),
      carried: false,
    };
    const fractions: number[] = [];
    return new Promise((resolve) => {
      const job: Call = {
        ...call(),
        lane: 'job',
        progress: (stage, fraction) => {
          if (stage !== 'score') return;
          fractions.push(fraction ?? NaN);
          if (fractions.length > 2) resolve({ fractions, end });
        },
      };
      const end = engine.compare(request, job);
    });
  }

  test('a click is answered within two runs of another panel’s Score-CAM, which goes on', async () => {
    const { fractions, end } = await scoreCam();
    const before = fractions.length;
    const { layers } = await engine.explain(click, call());
    expect(layers.length).toBeGreaterThan(0);
    expect(fractions.length - before).toBeLessThanOrEqual(2);
    expect(fractions.at(-1)).toBeLessThan(1);
    await end;
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(starts).toBe(1);
  });

  test('a request that is cancelled while it waits costs nobody anything', async () => {
    const { fractions, end } = await scoreCam();
    for (let i = 0; i < 3; i++) {
      const controller = new AbortController();
      const answer = engine.explain(click, { ...call(controller.signal), lane: 'job' });
      controller.abort();
      await expect(answer).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    }
    await end;
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(starts).toBe(1);
  });

  test('two models for which there is not room beside each other are answered, asked for at once', async () => {
    const models = [1, 2].map((seed) => {
      const file = path.join(program.folder, `large${seed}.onnx`);
      writeLargeModel(file, seed);
      return file;
    });
    const asked = [...models, ...models.slice(0, 1)];
    const answers = await Promise.all(asked.map((model) => engine.open({ model, settings: {} }, call())));
    expect(answers.map(({ path: opened }) => opened)).toEqual(asked);
    expect(starts).toBeLessThanOrEqual(answers.length);
  });
});
