import { describe, expect, it } from 'vitest';

import { bar } from '../../../../src/extension/sidebar/bar.js';

describe('a probability as text', () => {
  it.each([
    [1, '████████'],
    [0.5, '████'],
    [1 / 64, '▏'],
    [0.3, '██▍'],
    [0, ''],
    [1.2, '████████'],
  ])('%d as a bar', (probability, text) => {
    expect(bar(probability)).toBe(text);
  });
});
