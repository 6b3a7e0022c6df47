import { describe, expect, it } from 'vitest';
import { classValueFormat } from '../../../src/protocol/classValue.js';
import { formatValue, percentFormat } from '../../../src/protocol/numbers.js';
import { fill } from '../../../src/webview/common/format.js';

describe('texts', () => {
  it('are filled in by name', () => {
    expect(fill('{a} of {b}, {a}', { a: 1, b: 'x' })).toBe('1 of x, 1');
    expect(fill('{missing}', {})).toBe('{missing}');
  });

  it('show values with three digits', () => {
    expect([0, 0.5, 1234, 0.0123456, -0.00034, 1.8e-3, 123456, 1e-9].map(formatValue)).toEqual([
      '0',
      '0.5',
      '1230',
      '0.0123',
      '−3.4e−4',
      '1.8e−3',
      '1.23e5',
      '1e−9',
    ]);
  });

  it('show shares in percent, never 100 % for less', () => {
    const percent = percentFormat('en');
    expect([0, 1e-9, 0.00021, 0.0121, 0.351, 0.996, 0.99949, 0.9995, 1 - 1e-8, 1].map(percent)).toEqual([
      '0%',
      '<0.001%',
      '0.021%',
      '1.2%',
      '35%',
      '99.6%',
      '99.9%',
      '>99.9%',
      '>99.9%',
      '100%',
    ]);
  });

  it('show a class by its probability, or by its value where that stands for none', () => {
    const text = classValueFormat('en');
    expect(text({ probability: 0.351, value: 2.5 })).toBe('35%');
    expect(text({ probability: null, value: 46.545 })).toBe('46.5');
  });
});
