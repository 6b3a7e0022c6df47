import { expect, it } from 'vitest';
import { classItems } from '../../../../src/extension/commands/classItems.js';
import { IMAGENET_LABELS } from '../../../../src/labels/imagenet.js';
import { explanationOf } from '../../webview/subjects.js';

const LABELS = ['crane', 'cup', 'crane'];

it('classes to pick carry their numbers where several have one label, and are in order before they are ranked', () => {
  expect(classItems(LABELS, null, 'en').map(({ label }) => label)).toEqual(['crane #0', 'cup', 'crane #2']);
});

it('the most probable is picked first', () => {
  const values = Float32Array.of(0.2, 0.1, 0.7);
  const explanation = { ...explanationOf(0, {}), values, probabilities: values };
  const items = classItems(LABELS, explanation, 'en');
  expect(items.map(({ label, description }) => [label, description])).toEqual([
    ['crane #2', '2 · 70%'],
    ['crane #0', '0 · 20%'],
    ['cup', '1 · 10%'],
  ]);
});

it('ImageNet’s classes are picked by their WordNet ids too', () => {
  const zebra = classItems(IMAGENET_LABELS, null, 'en').find(({ label }) => label === 'zebra');
  expect(zebra?.description).toBe('340 · n02391049');
});
