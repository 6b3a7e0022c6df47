import { expect, test } from 'vitest';
import { counted, fill } from '../../../../src/webview/common/format.js';

test('one thing has a text of its own', () => {
  expect([0, 1, 2].map((count) => counted(count, '1 class', '{count} classes'))).toEqual([
    '0 classes',
    '1 class',
    '2 classes',
  ]);
});

test('a name without a value stays as it is', () => {
  expect(fill('{a} of {b}', { a: 0 })).toBe('0 of {b}');
});
