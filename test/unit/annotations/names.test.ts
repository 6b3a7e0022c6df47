// Numbers of classes, which data sets count without the background that some models have before them.
import { expect, test } from 'vitest';
import { classOf } from '../../../src/engine/annotations/names.js';
import classes from '../../../src/protocol/imagenetClasses.json';

const IMAGENET = Object.values(classes);

test('a number is the model’s own', () => {
  expect(classOf(1, ['cat', 'cup', 'bird'])).toBe(1);
  expect(classOf(3, ['cat', 'cup', 'bird'])).toBeNull();
  expect(classOf(300, IMAGENET)).toBe(300);
});

test('a number is ImageNet’s where a class for the background comes before ImageNet’s', () => {
  const labels = ['background', ...IMAGENET];
  expect(IMAGENET[300]).toContain('tiger beetle');
  expect(labels[classOf(300, labels) ?? 0]).toBe(IMAGENET[300]);
  expect(classOf(999, labels)).toBe(1000);
  expect(classOf(1000, labels)).toBeNull();
});
