import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHANNEL_ORDERS,
  FITS,
  INTERPOLATIONS,
  LAYOUTS,
  ROUNDINGS,
  isCut,
  type Preprocessing,
} from '../../../../../src/protocol/model.js';
import {
  draftOf,
  readDraft,
  refit,
  type Draft,
} from '../../../../../src/webview/views/explain/preprocessing/draft.js';
import { normalizationOf } from '../../../../../src/webview/views/explain/preprocessing/summary.js';
import { IMAGENET } from '../../../models.js';

const side = fc.integer({ min: 1, max: 2048 });
const value = fc.float({ min: -300, max: 300, noNaN: true }).map((number) => Number(number.toPrecision(5)));
const anyPreprocessing: fc.Arbitrary<Preprocessing> = fc
  .record({
    fit: fc.constantFrom(...FITS),
    inputWidth: side,
    inputHeight: side,
    interpolation: fc.constantFrom(...INTERPOLATIONS),
    channelOrder: fc.constantFrom(...CHANNEL_ORDERS),
    layout: fc.constantFrom(...LAYOUTS),
    low: value,
    mean: fc.tuple(value, value, value),
    antialias: fc.boolean(),
    rounding: fc.constantFrom(...ROUNDINGS),
    padColor: fc.constantFrom([114, 114, 114] as const, [0, 0, 0] as const),
    orientation: fc.boolean(),
    bitDepth: fc.integer({ min: 8, max: 16 }),
    floatRange: fc.constantFrom([0, 1] as const, [0, 255] as const),
  })
  .map(({ low, mean, ...rest }) => {
    const channels = rest.channelOrder === 'grey' ? 1 : 3;
    return {
      ...rest,
      resize: Math.max(rest.inputWidth, rest.inputHeight) + 32,
      range: [low, low + 1] as const,
      mean: mean.slice(0, channels),
      std: [0.5, 58.395, 1].slice(0, channels),
    };
  });

describe('form', () => {
  it('reads back what it was filled with', () => {
    fc.assert(
      fc.property(anyPreprocessing, (preprocessing) => {
        expect(readDraft(draftOf(preprocessing), preprocessing)).toEqual({ value: preprocessing });
      }),
    );
  });

  it('shows float32 values as they were written', () => {
    const mean = Array.from(Float32Array.of(0.485, 0.456, 0.406));
    expect(draftOf({ ...IMAGENET, mean }).mean).toBe('0.485, 0.456, 0.406');
  });

  it.each<[keyof Draft, string, string]>([
    ['resize', '', 'integer'],
    ['inputWidth', '22.5', 'integer'],
    ['inputWidth', '0', 'integer'],
    ['inputHeight', '100000', 'integer'],
    ['rangeLow', 'black', 'number'],
    ['rangeHigh', '', 'number'],
    ['rangeHigh', '0', 'range'],
    ['mean', '0.5', 'list'],
    ['mean', '0.5, 0.5, x', 'list'],
    ['std', '1, 1, 1, 1', 'list'],
    ['std', '1, 0, 1', 'std'],
  ])('flags %s "%s" as a wrong %s', (key, text, problem) => {
    const result = readDraft({ ...draftOf(IMAGENET), [key]: text }, IMAGENET);
    expect('problems' in result && result.problems[key]).toBe(problem);
  });

  it('takes numbers parted by anything usual', () => {
    const result = readDraft({ ...draftOf(IMAGENET), mean: ' 0.1;0.2  0.3 ' }, IMAGENET);
    expect('value' in result && result.value.mean).toEqual([0.1, 0.2, 0.3]);
  });

  it('squashes the whole picture when that is chosen, and cuts its centre when a larger side is typed', () => {
    const chosen = readDraft(refit(draftOf(IMAGENET), 'squash'), IMAGENET);
    expect('value' in chosen && isCut(chosen.value)).toBe(false);
    const typed = readDraft({ ...refit(draftOf(IMAGENET), 'squash'), resize: '256' }, IMAGENET);
    expect('value' in typed && isCut(typed.value)).toBe(true);
  });

  it('does not mind the shorter side where the picture is squashed', () => {
    const result = readDraft({ ...draftOf(IMAGENET), fit: 'squash', resize: '10' }, IMAGENET);
    expect('value' in result).toBe(true);
  });
});

describe('name of the normalisation', () => {
  const named = (range: readonly [number, number], mean: number[], std: number[]): unknown =>
    normalizationOf({ ...IMAGENET, range, mean, std });

  it('is ImageNet in whatever range it is written', () => {
    expect(normalizationOf(IMAGENET)).toEqual({ kind: 'imageNet' });
    expect(named([0, 255], [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])).toEqual({ kind: 'imageNet' });
  });

  it('is Caffe in either channel order', () => {
    expect(named([0, 255], [103.939, 116.779, 123.68], [1, 1, 1])).toEqual({ kind: 'caffe' });
    expect(named([0, 255], [123.68, 116.779, 103.939], [1, 1, 1])).toEqual({ kind: 'caffe' });
  });

  it('is the range where all channels have the same', () => {
    expect(named([0, 1], [0.5, 0.5, 0.5], [0.5, 0.5, 0.5])).toEqual({ kind: 'range', low: -1, high: 1 });
    expect(named([-1, 1], [0, 0, 0], [1, 1, 1])).toEqual({ kind: 'range', low: -1, high: 1 });
    expect(named([0, 255], [0, 0, 0], [1, 1, 1])).toEqual({ kind: 'range', low: 0, high: 255 });
  });

  it('is none otherwise', () => {
    expect(named([0, 1], [0.4, 0.5, 0.6], [0.2, 0.3, 0.4])).toEqual({ kind: 'custom' });
  });
});
