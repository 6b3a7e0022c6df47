import { expect, test } from 'vitest';
import { metricText, metricValueText } from '../../../../src/evaluation/export/numbers.js';

test('a value alone is written as in the tables, with the unit that their titles have', () => {
  expect(metricText(-0.12345, 'average-drop')).toBe('−12.3');
  expect(metricValueText(-0.12345, 'average-drop')).toBe('−12.3%');
  expect(metricValueText(0.45678, 'iou')).toBe('0.457');
});
