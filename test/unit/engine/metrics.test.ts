import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { imputed } from '../../../src/engine/metrics/imputation.js';
import { METRIC_TABLE } from '../../../src/engine/metrics/table.js';
import { upsampleBilinear } from '../../../src/heatmap/upsample.js';
import { METRICS } from '../../../src/protocol/metrics.js';
import { CELLS, GIVEN, NOISE, probability } from './measuredPicture.js';
import { mapOf, measureAll, passes, PICTURE, valueOf } from './measuring.js';
import { furthest } from './statistics.js';

describe('values by definition', () => {
  const ups = CELLS.map(
    ({ map, height, width }) =>
      upsampleBilinear({ values: Float32Array.from(map), height, width }, GIVEN.width, GIVEN.height).values,
  );
  const maps = CELLS.map(({ weights }, place) =>
    mapOf(ups[place] ?? [], {
      picture: GIVEN,
      upOfOther: ups[(place + 1) % ups.length] ?? null,
      weights: Float32Array.from(weights),
    }),
  );

  test.each([1, 3, 7])('are found, however many pictures a run takes: %i', async (atOnce) => {
    const found = await measureAll(maps, METRICS, passes(probability, atOnce));
    expect(found).toHaveLength(CELLS.length);
    CELLS.forEach(({ values }, place) => {
      for (const metric of METRICS) {
        const difference = Math.abs((found[place]?.[metric] ?? NaN) - (values[metric] ?? NaN));
        expect(difference, `${metric} of map ${place}`).toBeLessThan(metric === 'road' ? NOISE : 1e-5);
      }
    });
  });

  test('are the same where the channels lie last', async () => {
    const pixels = GIVEN.height * GIVEN.width;
    const last = GIVEN.input.map((_, at) => {
      const [pixel, channel] = [Math.floor(at / GIVEN.channels), at % GIVEN.channels];
      return GIVEN.input[channel * pixels + pixel] ?? NaN;
    });
    const first = (values: Float32Array): Float32Array =>
      values.map((_, at) => values[(at % pixels) * GIVEN.channels + Math.floor(at / pixels)] ?? NaN);
    const turned = maps.map((map) => ({
      ...map,
      picture: { ...GIVEN, input: last, layout: 'NHWC' as const },
    }));
    const asked = passes((values) => probability(first(values)));
    expect(await measureAll(turned, METRICS, asked)).toEqual(
      await measureAll(maps, METRICS, passes(probability)),
    );
  });

  test.each(CELLS.map((_, place) => place))('removed pixels are imputed: map %i', (place) => {
    const cell = CELLS[place];
    const found = imputed(GIVEN, Uint8Array.from(cell?.removed ?? []));
    expect(furthest(found, cell?.imputed ?? [])).toBeLessThan(1e-5);
  });
});

describe('imputation', () => {
  test('every removed pixel is the weighted mean of its neighbours, and the others stay', () => {
    const sizes = fc.record({
      height: fc.integer({ min: 2, max: 40 }),
      width: fc.integer({ min: 2, max: 40 }),
    });
    const random = fc.record({
      size: sizes,
      part: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(random, ({ size: { height, width }, part, seed }) => {
        const waves = (at: number): number => Math.sin(at * (1 + (seed % 97))) * 2;
        const input = Float32Array.from({ length: height * width }, (_, at) => waves(at));
        const removed = Uint8Array.from(input, (_, at) =>
          at > 0 && Math.abs(waves(at + 5)) < 2 * part ? 1 : 0,
        );
        const found = imputed({ ...PICTURE, input, height, width }, removed);
        const apart = Array.from(found, (value, at) => {
          if (removed[at] === 0) return Math.abs(value - (input[at] ?? NaN));
          return Math.abs(value - meanAround(found, { height, width }, at));
        });
        expect(Math.max(...apart)).toBeLessThan(1e-4);
      }),
      { numRuns: 50 },
    );
  });

  test('noise of deviation 0.01 is put on removed pixels alone, the same for the same seed', () => {
    const map = mapOf([...Array(168).keys()], { picture: GIVEN });
    const made = (seed: number): readonly Float32Array[] => [
      ...(METRIC_TABLE.road.series?.({ ...map, picture: { ...GIVEN, seed } }) ?? []),
    ];
    const most = made(3).at(-1) ?? [];
    const removed = Uint8Array.from(map.up, (value) => (value >= 0.2 * 167 ? 1 : 0));
    const smooth = imputed(GIVEN, removed);
    const noise = Array.from(most, (value, at) => value - (smooth[at] ?? NaN));
    const onRemoved = noise.filter((_, at) => removed[at % 168] === 1);
    expect(noise.filter((_, at) => removed[at % 168] === 0).every((value) => value === 0)).toBe(true);
    const deviation = Math.sqrt(onRemoved.reduce((sum, value) => sum + value * value, 0) / onRemoved.length);
    expect(deviation).toBeGreaterThan(0.008);
    expect(deviation).toBeLessThan(0.012);
    expect(made(3).at(-1)).toEqual(most);
    expect(made(4).at(-1)).not.toEqual(most);
  });
});

function meanAround(
  values: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  at: number,
): number {
  const [y, x] = [Math.floor(at / width), at % width];
  let [sum, total] = [0, 0];
  for (const down of [-1, 0, 1])
    for (const right of [-1, 0, 1]) {
      const [row, column] = [y + down, x + right];
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      if (!isInside || (down === 0 && right === 0)) continue;
      const weight = down === 0 || right === 0 ? 2 : 1;
      sum += weight * (values[row * width + column] ?? NaN);
      total += weight;
    }
  return sum / total;
}

/** The left half of 4 × 4 pixels. */
const LEFT = Uint8Array.from({ length: 16 }, (_, at) => (at % 4 < 2 ? 1 : 0));
const RIGHT = LEFT.map((inside) => 1 - inside);
/** 3 in one pixel, −1 in another, 0 elsewhere. */
const spot = (most: number, least: number): readonly number[] =>
  Array.from({ length: 16 }, (_, at) => (at === most ? 3 : at === least ? -1 : 0));

describe('hand-made maps', () => {
  const marked = { ...PICTURE, own: LEFT, other: RIGHT };
  const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

  test('drop and increase: of the probability 0.5, to the share of the picture that a mask shows', async () => {
    // Masks that show 4 and 12 of 16 pixels.
    for (const [shown, drop, increase] of [
      [4, 0.5, 0],
      [12, 0, 1],
      [8, 0, 0],
    ] as const) {
      const map = mapOf(Array.from({ length: 16 }, (_, at) => (at < shown ? 5 : -5)));
      expect(await valueOf(map, 'average-drop', passes(meanOf))).toBeCloseTo(drop);
      expect(await valueOf(map, 'average-increase', passes(meanOf))).toBe(increase);
    }
  });

  test('a constant map shows nothing', async () => {
    const asked = passes(meanOf);
    expect(await valueOf(mapOf(new Float32Array(16).fill(2)), 'average-drop', asked)).toBe(1);
    expect(asked.runs).toEqual([[new Float32Array(16)]]);
  });

  test('the mask multiplies what the model takes, which is below 0 too', async () => {
    const input = Float32Array.from({ length: 16 }, (_, at) => at - 8);
    const asked = passes(() => 0);
    const ramp = Array.from({ length: 16 }, (_, at) => at);
    await valueOf(mapOf(ramp, { picture: { ...PICTURE, input } }), 'average-drop', asked);
    const [[masked] = []] = asked.runs;
    expect(
      furthest(
        masked ?? [],
        ramp.map((at) => ((at - 8) * at) / 15),
      ),
    ).toBeLessThan(1e-6);
  });

  test.each([
    ['its maximum inside', spot(0, 15), 1],
    ['its maximum outside', spot(15, 0), 0],
    ['its maximum inside first, and outside', spot(0, 3).map((value, at) => (at === 15 ? 3 : value)), 1],
    ['the same value everywhere', spot(-1, -1), 0],
  ])('pointing game: a map with %s', async (_, up, expected) => {
    expect(await valueOf(mapOf(up, { picture: marked }), 'pointing-game')).toBe(expected);
  });

  test('energy inside counts what is above 0', async () => {
    const up = Array.from({ length: 16 }, (_, at) => [3, -5, 1, -5][at % 4] ?? 0);
    expect(await valueOf(mapOf(up, { picture: marked }), 'energy-inside')).toBeCloseTo(0.75);
    const negative = mapOf(new Float32Array(16).fill(-1), { picture: marked });
    expect(await valueOf(negative, 'energy-inside')).toBeNull();
  });

  test('IoU of the mask above mean + 1σ, with the own regions and less that with the other’s', async () => {
    // Mean 0.25, deviation 0.97: the mask is pixels 0 and 15.
    const up = spot(0, -1).map((value, at) => (at === 15 ? 3 : at === 5 ? -2 : value));
    const map = mapOf(up, { picture: marked });
    expect(await valueOf(map, 'iou')).toBeCloseTo(1 / 9);
    expect(await valueOf(map, 'class-separation')).toBeCloseTo(0);
    const left = mapOf(spot(0, 5), { picture: marked });
    expect(await valueOf(left, 'class-separation')).toBeCloseTo(1 / 8);
  });

  test('correlation with the map of another class', async () => {
    const up = Float32Array.from(spot(0, 1));
    for (const [of, expected] of [
      [up.map((value) => 2 * value + 1), 1],
      [up.map((value) => -value), -1],
      [new Float32Array(16), null],
    ] as const) {
      const value = await valueOf(mapOf(up, { upOfOther: of }), 'class-correlation');
      if (expected === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(expected);
    }
    expect(await valueOf(mapOf(up), 'class-correlation')).toBeNull();
  });

  test('sparsity of weights', async () => {
    const sparsity = (weights: Float32Array | null): Promise<unknown> =>
      valueOf(mapOf(spot(0, 1), { weights }), 'sparsity');
    expect(await sparsity(Float32Array.of(0, -2, 0, 0))).toBeCloseTo(1);
    expect(await sparsity(Float32Array.of(1, -1, 1, 1))).toBeCloseTo(0);
    expect(await sparsity(null)).toBeNull();
  });

  test('deletion and insertion: of a picture whose one bright pixel is the class', async () => {
    const input = Float32Array.from(spot(5, -1));
    const bright = { ...PICTURE, input, probability: 1 };
    const whole = (values: Float32Array): number => ((values[5] ?? 0) > 2 ? 1 : 0);
    const good = mapOf(spot(5, 0), { picture: bright });
    const bad = mapOf(spot(0, 5), { picture: bright });
    // Of 16 pixels, round(16 · 2 %) = 0 are removed by the first step and 1 by the second; the last goes at round(15.68) = 16.
    expect(await valueOf(good, 'deletion', passes(whole))).toBeCloseTo(0.03);
    expect(await valueOf(good, 'insertion', passes(whole))).toBeCloseTo(0.97);
    expect(await valueOf(bad, 'deletion', passes(whole))).toBeCloseTo(0.95 + 0.02);
    expect(await valueOf(bad, 'insertion', passes(whole))).toBeCloseTo(0.03);
  });

  test('nothing that needs regions is defined where nothing is marked', async () => {
    for (const metric of ['iou', 'pointing-game', 'energy-inside', 'class-separation'] as const)
      expect(await valueOf(mapOf(spot(0, 1)), metric)).toBeNull();
  });

  test('nothing that needs probabilities is defined where there are none, and no pass is run', async () => {
    const map = mapOf(spot(0, 1), { picture: { ...PICTURE, probability: null } });
    const asked = passes(() => 1);
    for (const metric of ['average-drop', 'average-increase', 'deletion', 'insertion', 'road'] as const)
      expect(await valueOf(map, metric, asked)).toBeNull();
    expect(asked.runs).toEqual([]);
  });
});

describe('passes', () => {
  test('are shared by the metrics of a map and run together over maps', async () => {
    const asked = passes(() => 0.5, 3);
    const maps = [spot(0, 1), spot(2, 3), spot(4, 5), spot(6, 7)].map((up) => mapOf(up));
    await measureAll(maps, ['average-drop', 'iou', 'average-increase'], asked);
    expect(asked.runs.map((run) => run.length)).toEqual([3, 1]);
  });

  test('end with the call', async () => {
    const controller = new AbortController();
    const asked = passes(() => {
      controller.abort();
      return 0;
    }, 1);
    const cancelled = measureAll([mapOf(spot(0, 1))], ['deletion'], asked, controller.signal);
    await expect(cancelled).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    expect(asked.runs).toHaveLength(1);
  });
});
