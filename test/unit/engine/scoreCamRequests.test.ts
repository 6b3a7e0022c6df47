import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { Engine } from '../../../src/engine/engine.js';
import { formatNpy, parseNpy } from '../../../src/engine/image/npy.js';
import type { ScoreCamResult } from '../../../src/engine/scoreCam/scoreCam.js';
import { ScoreCache } from '../../../src/engine/scoreCam/scores.js';
import type { CompareRequest, Stage } from '../../../src/protocol/engineApi.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { call as unwatched } from './calls.js';
import { explainOne, folder, layersOf, open, openSample, SAMPLE, watched } from './scoring.js';
import { furthest } from './statistics.js';
import { DISPLAY } from '../../display.js';

describe('a request', () => {
  test('that was made before needs neither run nor model file, for no class', async () => {
    const file = path.join(folder, 'gone.onnx');
    copyFileSync(SAMPLE, file);
    const { sample, tensor } = await openSample(file);
    const cache = new ScoreCache();
    const [first, second] = await explainOne(sample, tensor, [3, 5], { cache });
    rmSync(file);
    const calls = [watched(), watched()] as const;
    for (const [call, target, known] of [
      [calls[0], 5, second],
      [calls[1], 3, first],
    ] as const) {
      const [again] = await explainOne(sample, tensor, [target], { cache, call });
      expect(again?.weights).toEqual(known?.weights);
      expect(furthest(again?.map ?? [], known?.map ?? [])).toBeLessThan(1e-6);
    }
    expect(calls.map(({ fractions }) => fractions)).toEqual([[1], [1]]);
    const other = { ...sample, input: sample.input.map((value) => value / 2) };
    await expect(explainOne(other, tensor, [3], { cache })).rejects.toMatchObject({
      failure: { code: 'changedModel' },
    });
  });

  test('that is cancelled ends within one run, and the next goes on where it ended', async () => {
    const { sample, tensor, channels } = await openSample();
    const cache = new ScoreCache();
    const controller = new AbortController();
    const cancelled = watched((fraction) => {
      // Arrives like a message: while the process is about to run again.
      if (fraction > 0.3)
        setImmediate(() => {
          controller.abort();
        });
    }, controller.signal);
    await expect(explainOne(sample, tensor, [3], { cache, call: cancelled })).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    });
    const passed = cancelled.fractions.filter((fraction) => fraction > 0.3);
    expect(passed).toHaveLength(1);

    const resumed = watched();
    const [explained] = await explainOne(sample, tensor, [3], { cache, call: resumed });
    expect(resumed.fractions[0]).toBeGreaterThan(passed[0] ?? NaN);
    expect(resumed.fractions.at(-1)).toBe(1);
    const [uninterrupted] = await explainOne(sample, tensor, [3]);
    const expected = Array.from(uninterrupted?.weights ?? []);
    expect(furthest(explained?.weights ?? [], expected)).toBeLessThan(1e-5);
    expect(expected).toHaveLength(channels);
  });

  test('tells a first result after the first run, of the channel that is most active', async () => {
    const { sample, tensor } = await openSample();
    const partials: ScoreCamResult[] = [];
    const cache = new ScoreCache();
    const [final] = await explainOne(sample, tensor, [3, 4], {
      cache,
      partial: (result) => {
        partials.push(result);
      },
    });
    const [first] = partials;
    expect(first?.map((layers) => layers.length)).toEqual([1, 1]);
    const known = Array.from(first?.[0]?.[0]?.weights ?? []).flatMap((weight, channel) =>
      weight > 0 ? [channel] : [],
    );
    expect(known).toHaveLength(1);
    expect(final?.weights?.[known[0] ?? -1]).toBe(first?.[0]?.[0]?.weights?.[known[0] ?? -1]);
  });

  test('of several layers is as far as the channels of all of them', async () => {
    const { sample } = await openSample();
    const layers = layersOf(sample, [0.6, 0.9]);
    const request = { input: sample.input, layers: layers.map(({ tensor }) => tensor), targets: [1], top: 1 };
    const call = watched();
    const [explained] = await sample.scoreCam.explain(request, new ScoreCache(), call, () => undefined);
    expect(explained?.map(({ tensor }) => tensor)).toEqual(request.layers);
    expect(call.fractions).toEqual(call.fractions.toSorted((a, b) => a - b));
    const [before = 0, after = 0] = layers.map(({ channels }) => channels);
    expect(call.fractions).toContain(before / (before + after));
    expect(call.fractions.at(-1)).toBe(1);
  });
});

describe('the engine', () => {
  const engine = new Engine({ cacheFolder: path.join(folder, 'cache'), log: () => undefined });
  afterAll(() => engine.dispose());

  async function request(layers: readonly string[]): Promise<CompareRequest> {
    const { input, shape } = await open(SAMPLE);
    const file = path.join(folder, 'input.npy');
    writeFileSync(file, formatNpy({ shape, values: input }));
    return {
      model: SAMPLE,
      settings: {},
      source: { kind: 'array', path: file },
      methods: ['score-cam', 'relevance-cam'],
      targets: [null, 3],
      layers,
      top: 2,
      carried: false,
    };
  }

  test('exports what was shown of stopped passes, and makes none', async () => {
    const { tensor } = await openSample();
    const shown = Float32Array.of(1, 2, 3, 4);
    const size = { tensor, channels: 1, height: 2, width: 2 };
    const layer = { ...size, map: shown, weights: null, top: [], relevanceSum: null };
    const stages = new Set<Stage>();
    const [npy] = await engine.exportLayer(
      {
        model: SAMPLE,
        settings: {},
        method: 'score-cam',
        source: { kind: 'image', path: path.join(path.dirname(SAMPLE), 'pictures/bird-umbrella.png') },
        ...{ target: null, layers: null, top: 3, tensor, kinds: ['raw'], folder: '/' },
        display: { ...DISPLAY, opacity: 1 },
        cropOnly: false,
        marks: null,
        partial: { layer, through: 0.4 },
      },
      { ...unwatched(), progress: (stage) => stages.add(stage) },
    );
    expect(parseNpy(npy?.bytes ?? new Uint8Array())?.values).toEqual(shown);
    expect(stages).not.toContain('score');
  });

  test('answers it beside other methods, and on the way', async () => {
    const { tensor } = await openSample();
    const partials: (readonly Explanation[])[] = [];
    const explanations = await engine.compare(await request([tensor]), {
      ...unwatched(),
      partial: (known) => {
        partials.push(known);
      },
    });
    const predicted = explanations[2]?.target.index;
    const pairs = (known: readonly Explanation[]): unknown =>
      known.map(({ method, target, layers }) => [method, target.index, layers.map((layer) => layer.tensor)]);
    const scored = [
      ['score-cam', predicted, [tensor]],
      ['score-cam', 3, [tensor]],
    ];
    expect(pairs(explanations)).toEqual([
      ...scored,
      ['relevance-cam', predicted, [tensor]],
      ['relevance-cam', 3, [tensor]],
    ]);
    expect(pairs(partials[0] ?? [])).toEqual(scored);
    expect(explanations[1]?.layers[0]?.top).toHaveLength(2);
  });

  test('says that it does not explain pixels', async () => {
    const compared = await request(['image']);
    const [explanation] = await engine.compare({ ...compared, methods: ['score-cam'] }, unwatched());
    expect(explanation?.layers).toEqual([]);
    expect(explanation?.blocked).toEqual([
      { tensor: 'image', blockedBy: { op: '', node: 'image', reason: 'pixels' } },
    ]);
  });
});
