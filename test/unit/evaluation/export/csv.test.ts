import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { csvField, csvOf } from '../../../../src/evaluation/export/csv.js';
import { DROP, estimate, layerOf, SEPARATION } from './tables.js';

it('has a line for each mean, percentages as percentages', () => {
  const rows: unknown = parse(csvOf([DROP, SEPARATION]), { columns: true });
  expect(rows).toMatchObject([
    { metric: 'Average drop (%)', method: 'Relevance-CAM', layer: 'layer2', n: '300', mean: '39.02' },
    { method: 'Grad-CAM', layer: 'layer2' },
    { method: 'Relevance-CAM', layer: 'layer4', tensor: '/layer4', height: '7', low95: '20', high95: '23' },
    { metric: 'Class separation', n: '12', mean: '0.02', low95: '-0.0104', high95: '0.05' },
  ]);
});

it('gives every text back to another reader', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (label, other) => {
      const [first, second] = [layerOf(label), layerOf(`${other}",\r\n"`)];
      const cells = [estimate(0, 0, 0)];
      const rows = [
        { layer: first, cells },
        { layer: second, cells },
      ];
      const read: unknown = parse(csvOf([{ ...SEPARATION, rows }]), { columns: true, bom: false });
      expect(read).toMatchObject([{ layer: first.label }, { layer: second.label }]);
    }),
  );
});

it('quotes only what must be', () => {
  expect(csvField('layer2/3')).toBe('layer2/3');
  expect(csvField('a "b", c')).toBe('"a ""b"", c"');
});
