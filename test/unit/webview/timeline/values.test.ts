import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimelineLayer } from '../../../../src/protocol/timeline.js';
import { differenceOf } from '../../../../src/webview/timeline/values/difference.js';
import { flippedFirst, isFlip } from '../../../../src/webview/timeline/values/flips.js';
import { seriesOf, type SeenCheckpoint } from '../../../../src/webview/timeline/values/series.js';
import { checkpointAt, positionOf, stepsOf, thinned } from '../../../../src/webview/timeline/values/steps.js';
import { csvOf } from '../../../../src/webview/timeline/values/table.js';
import { topChange } from '../../../../src/webview/timeline/values/topChannels.js';
import { correlation } from '../../engine/statistics.js';
import { checkpointOf, layerOf, predictionOf, runOf } from './runs.js';

const maps = fc.array(fc.integer({ min: -1000, max: 1000 }), {
  minLength: 4,
  maxLength: 4,
});
const gridOf = (values: readonly number[]) => ({ width: 4, height: 1, values: Float32Array.from(values) });

describe('the difference of two maps', () => {
  it('is that of both between 0 and 1', () => {
    const difference = differenceOf(gridOf([0, 1, 2, 4]), gridOf([10, 30, 30, 20]));
    expect([...(difference?.values ?? [])]).toEqual([0, 0.25 - 1, 0.5 - 1, 1 - 0.5]);
  });

  it('does not depend on the scale or the zero of either map', () => {
    fc.assert(
      fc.property(maps, maps, fc.integer({ min: -3, max: 3 }), (a, b, exponent) => {
        const one = differenceOf(gridOf(a), gridOf(b))?.values ?? [];
        const scaled = differenceOf(gridOf(a.map((value) => value * 2 ** exponent)), gridOf(b))?.values ?? [];
        one.forEach((value, i) => {
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
          expect(scaled[i]).toBeCloseTo(value, 4);
        });
      }),
    );
  });

  it('changes its sign with its sides, and is nothing between equal maps', () => {
    fc.assert(
      fc.property(maps, maps, (a, b) => {
        const there = differenceOf(gridOf(a), gridOf(b))?.values ?? [];
        const back = differenceOf(gridOf(b), gridOf(a))?.values ?? [];
        there.forEach((value, i) => {
          expect(value + (back[i] ?? NaN)).toBe(0);
        });
        expect([...(differenceOf(gridOf(a), gridOf(a))?.values ?? [])]).toEqual([0, 0, 0, 0]);
      }),
    );
  });

  it('is none between maps of different sizes', () => {
    expect(differenceOf(gridOf([0, 1, 2, 3]), { ...gridOf([0, 1]), width: 2 })).toBeNull();
  });
});

describe('steps', () => {
  const checkpoints = [1, 2, 5].map((step) => checkpointOf(step, step));

  it('are those of all runs, and a run stands at the last one before a missing one', () => {
    const other = runOf('b', [checkpointOf(7, 2), checkpointOf(8, 10)]);
    expect(stepsOf([runOf('a', checkpoints), other])).toEqual([1, 2, 5, 10]);
    expect(checkpointAt(checkpoints, 5)?.id).toBe(5);
    expect(checkpointAt(checkpoints, 4)?.id).toBe(2);
    expect(checkpointAt(checkpoints, 0)).toBeNull();
    expect(positionOf([1, 2, 5, 10], 9)).toBe(2);
  });

  it('are thinned to as many as have room, in order, with both ends', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 400 }), (all) => {
        const steps = all.sort((a, b) => a - b);
        const some = thinned(steps, 10);
        expect(some).toHaveLength(Math.min(10, steps.length));
        expect([some[0], some.at(-1)]).toEqual([steps[0], steps.at(-1)]);
        expect(new Set(some).size).toBe(some.length);
        expect(some).toEqual(steps.filter((step) => some.includes(step)));
      }),
    );
  });
});

describe('the top channels', () => {
  const top = (...channels: readonly number[]): TimelineLayer['top'] =>
    channels.map((channel) => ({ channel, weight: 1 }));

  it('say which entered and which left', () => {
    const { now, left } = topChange(top(7, 2, 9), top(2, 3, 7));
    expect(now.filter(({ entered }) => entered).map(({ channel }) => channel)).toEqual([9]);
    expect(left).toEqual([3]);
  });

  it('neither enter nor leave at the first checkpoint', () => {
    const { now, left } = topChange(top(7, 2, 9), null);
    expect(now.some(({ entered }) => entered)).toBe(false);
    expect(left).toEqual([]);
  });
});

describe('the numbers of a run', () => {
  const seen = (id: number, layer: TimelineLayer | null): SeenCheckpoint => ({
    checkpoint: checkpointOf(id, id),
    target: predictionOf(0),
    predicted: predictionOf(0),
    layer,
  });

  it('compare every map with the last one and with the pinned one', () => {
    const rows = [
      [1, 2, 3, 5],
      [4, 1, 0, 2],
      [0, 1, 5, 9],
    ];
    const layers = rows.map((row) => layerOf('x', row));
    const values = seriesOf(
      layers.map((layer, i) => seen(i, layer)),
      layers[1] ?? null,
      null,
    );
    values.forEach(({ withLast, withPinned }, i) => {
      expect(withLast).toBeCloseTo(correlation(rows[i] ?? [], rows[2] ?? []), 6);
      expect(withPinned).toBeCloseTo(correlation(rows[i] ?? [], rows[1] ?? []), 6);
    });
  });

  it('leave out what a flat or missing map does not say', () => {
    const [flat, missing, last] = seriesOf(
      [seen(0, layerOf('x', [2, 2, 2, 2])), seen(1, null), seen(2, layerOf('x', [1, 2, 3, 4]))],
      null,
      null,
    );
    expect(flat?.withLast).toBeNull();
    expect(missing?.withLast).toBeNull();
    expect(missing?.top).toBeNull();
    expect(last?.withLast).toBeCloseTo(1);
    expect(last?.withPinned).toBeNull();
  });

  it('follow the channels over a checkpoint without a map', () => {
    const weights = [
      [5, 4, 3, 0],
      [5, 0, 3, 4],
    ];
    const [first, , third] = seriesOf(
      [seen(0, layerOf('x', [0, 1], weights[0])), seen(1, null), seen(2, layerOf('x', [0, 1], weights[1]))],
      null,
      null,
    );
    expect(first?.top?.left).toEqual([]);
    expect(third?.top?.left).toEqual([1]);
    expect(third?.top?.now.map(({ entered }) => entered)).toEqual([false, true, false]);
    // (√4 − 12 / √50) / (√4 − 1)
    expect(first?.hoyer).toBeCloseTo((2 - 12 / Math.sqrt(50)) / (2 - 1), 6);
  });

  it('count the pixels that map and marks share', () => {
    // Mean 2, σ √3: only the 5 exceeds 3.7.
    const [value] = seriesOf([seen(0, layerOf('x', [1, 1, 1, 5]))], null, {
      width: 4,
      height: 1,
      inside: Uint8Array.of(0, 0, 1, 1),
    });
    expect(value?.iou).toBe(1 / 2);
  });

  it('are a table with empty places for what is not known', () => {
    const values = seriesOf([seen(3, layerOf('x', [1, 1], [1, 2, 3]))], null, null);
    const [head, line] = csvOf([{ run: 'a, "b"', picture: 'p.png', layer: 'x', values }]).split('\r\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['run', 'step', 'file', 'picture']);
    expect(line).toMatch(/^"a, ""b""",3,epoch-3\.onnx,p\.png,class 0,x,2,1,0\.5,class 0,2,0\.5,,,0\.17/);
    expect(line?.endsWith(',2 1 0')).toBe(true);
  });
});

describe('flips', () => {
  const pictures = [
    { picture: 'same', before: predictionOf(1), after: predictionOf(1) },
    { picture: 'unknown', before: null, after: predictionOf(1) },
    { picture: 'first', before: predictionOf(1), after: predictionOf(2) },
    { picture: 'second', before: predictionOf(0), after: predictionOf(2) },
  ];

  it('are changes of the predicted class, and come first', () => {
    expect(pictures.filter(isFlip).map(({ picture }) => picture)).toEqual(['first', 'second']);
    expect(flippedFirst(pictures).map(({ picture }) => picture)).toEqual([
      ...['first', 'second', 'same', 'unknown'],
    ]);
  });
});
