import { describe, expect, it } from 'vitest';

import { isSamePreprocessing } from '../../../../src/extension/model/preprocessing.js';
import type { Preprocessing } from '../../../../src/protocol/model.js';
import { IMAGENET } from '../../models.js';

const SYMMETRIC: Preprocessing = { ...IMAGENET, range: [-1, 1], mean: [0, 0, 0], std: [1, 1, 1] };

describe('two ways to prepare a picture', () => {
  it.each<[string, Partial<Preprocessing>]>([
    ['mean and std of 0.5', { range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }],
    ['mean and std of 127.5', { range: [0, 255], mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] }],
  ])('are the same when they give the same input: %s', (_, change) => {
    expect(isSamePreprocessing(SYMMETRIC, { ...SYMMETRIC, ...change })).toBe(true);
  });

  it.each<[string, Partial<Preprocessing>]>([
    ['another range', { range: [0, 1] }],
    ['another mean of one channel', { mean: [0, 0, 0.1] }],
    ['fewer channels', { mean: [0], std: [1] }],
    ['another crop', { resize: 224 }],
    ['no crop', { fit: 'squash' }],
    ['no antialiasing', { antialias: false }],
    ['other bits', { bitDepth: 12 }],
    ['another order', { channelOrder: 'BGR' }],
  ])('differ with %s', (_, change) => {
    expect(isSamePreprocessing(SYMMETRIC, { ...SYMMETRIC, ...change })).toBe(false);
  });

  it('differ where only one is cropped after squashing', () => {
    const squashed = { ...SYMMETRIC, fit: 'squash', resize: 224 } as const;
    expect(isSamePreprocessing(squashed, { ...squashed, resize: 256 })).toBe(false);
  });

  it('are the same with any shorter side where nothing is cropped', () => {
    const squashed = { ...SYMMETRIC, fit: 'squash', resize: 224 } as const;
    expect(isSamePreprocessing(squashed, { ...squashed, resize: 1 })).toBe(true);
  });
});
