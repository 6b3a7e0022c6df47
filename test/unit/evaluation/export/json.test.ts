import { expect, it } from 'vitest';

import { jsonOf } from '../../../../src/evaluation/export/json.js';
import { summarise } from '../../../../src/evaluation/summary.js';
import { pictureOf, reportOf } from '../reports.js';

it('tells classes of one label apart by their numbers', () => {
  const report = reportOf([pictureOf('a.png', 0.2, { predicted: 1 })]);
  const cranes = { ...report, model: { ...report.model, labels: ['crane', 'crane'] } };
  expect(JSON.parse(jsonOf(cranes, summarise(cranes)))).toMatchObject({
    accuracy: { confusions: [{ expected: 'crane #0', predicted: 'crane #1' }] },
  });
});

it('holds every mean with what it is of, and no numbers of single pictures', () => {
  const report = reportOf([pictureOf('a.png', 0.2), pictureOf('b.png', 0.4, { predicted: 1 })]);
  const read: unknown = JSON.parse(jsonOf(report, summarise(report)));
  expect(read).toMatchObject({
    model: { file: 'model.onnx' },
    pictures: 2,
    accuracy: { correct: 1, n: 2, confusions: [{ expected: 'cat', predicted: 'dog', pictures: 1 }] },
  });
  expect(read).toHaveProperty('means.length', 8);
  expect(read).toHaveProperty(
    'means.0',
    expect.objectContaining({ metric: 'average-drop', layer: 'layer1', n: 2 }),
  );
  expect(read).toHaveProperty('means.0.mean', expect.closeTo(0.3));
});
