import { describe, expect, it } from 'vitest';

import { bar, percent } from '../../../../src/extension/sidebar/percent.js';

describe('a probability as text', () => {
  it.each([
    [1, '100%'],
    [0.998, '99.8%'],
    [0.6342, '63%'],
    [0.0123, '1.2%'],
    [0.000456, '0.046%'],
    [0, '0%'],
  ])('%d', (probability, text) => {
    expect(percent(probability, 'en')).toBe(text);
  });

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
