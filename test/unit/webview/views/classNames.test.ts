// Names of classes by which one tells them apart.
import { describe, expect, it } from 'vitest';
import { IMAGENET_LABELS } from '../../../../src/labels/imagenet.js';
import { classNamer, distinctLabels } from '../../../../src/protocol/distinctLabels.js';
import { shortPair } from '../../../../src/webview/views/classes/names.js';

describe('labels', () => {
  it('get their number where several classes have the same', () => {
    const nameOf = classNamer(['crane', 'cup', 'crane']);
    expect([0, 1, 2, 3].map(nameOf)).toEqual(['crane #0', 'cup', 'crane #2', '3']);
  });

  it('of ImageNet are all different then, and most as they were', () => {
    const distinct = distinctLabels(IMAGENET_LABELS);
    expect(new Set(distinct).size).toBe(1000);
    expect(distinct.filter((label, index) => label !== IMAGENET_LABELS[index])).toHaveLength(
      IMAGENET_LABELS.filter((label) => IMAGENET_LABELS.indexOf(label) !== IMAGENET_LABELS.lastIndexOf(label))
        .length,
    );
  });
});

describe('the names of a pair', () => {
  it('are the first that each label lists', () => {
    expect(shortPair('tabby, tabby cat', 'cup')).toEqual(['tabby', 'cup']);
  });

  it('are the whole labels where those look alike', () => {
    expect(shortPair('crane, bird', 'crane, machine')).toEqual(['crane, bird', 'crane, machine']);
    expect(shortPair('crane #134', 'crane #517')).toEqual(['crane #134', 'crane #517']);
  });
});
