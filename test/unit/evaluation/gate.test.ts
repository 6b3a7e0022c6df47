import { describe, expect, it } from 'vitest';

import { compareReports } from '../../../src/evaluation/compare.js';
import { failing, parseGate } from '../../../src/evaluation/gate.js';
import { failureOf, pictureOf, reportOf } from './reports.js';

describe('a gate', () => {
  it('is read as it is written', () => {
    const text = 'average-drop@layer4 > +2';
    expect(parseGate(text)).toEqual({
      text,
      metric: 'average-drop',
      layer: 'layer4',
      fails: 'above',
      change: 2,
    });
    expect(parseGate('iou<-0.02')).toMatchObject({
      metric: 'iou',
      layer: null,
      fails: 'below',
      change: -0.02,
    });
    expect(parseGate('iou@layer1/0/conv 1 < -1')).toMatchObject({ layer: 'layer1/0/conv 1' });
  });

  it.each(['average-drop@layer4 > 2', 'iou', 'iou >= +1', 'iou > +', ''])('refuses %j', (text) => {
    expect(failureOf(() => parseGate(text))?.code).toBe('badGate');
  });

  it('names the metrics where it is of none', () => {
    const { code, parameters } = failureOf(() => parseGate('taste@layer4 > +2')) ?? {};
    expect([code, parameters?.['name']]).toEqual(['noMetric', 'taste']);
    expect(parameters?.['metrics']).toContain('average-drop, average-increase');
  });

  const earlier = reportOf([pictureOf('1.png', 0.5), pictureOf('2.png', 0.5)]);
  const later = reportOf([pictureOf('1.png', 0.5), pictureOf('2.png', 0.6)]);
  const differences = compareReports(earlier, later);
  const failures = (text: string): readonly (readonly string[])[] =>
    failing(parseGate(text), differences, 'old').map(({ method, layer }) => [method, layer.label]);

  it('compares percentages in points and the rest as it is', () => {
    expect(failures('average-drop@layer2 > +4.9')).toEqual([
      ['relevance-cam', 'layer2'],
      ['grad-cam', 'layer2'],
    ]);
    expect(failures('average-drop > +5.1')).toEqual([]);
    expect(failures('iou@a > +0.049')).toHaveLength(2);
    expect(failures('iou@a < -0.049')).toEqual([]);
  });

  it('that nothing can break is refused', () => {
    expect(failureOf(() => failures('iou@layer9 > +0'))).toMatchObject({
      code: 'emptyGate',
      parameters: { file: 'old', part: 'layer layer9' },
    });
    expect(failureOf(() => failures('road > +0'))).toMatchObject({ parameters: { part: 'road' } });
  });
});
