import { describe, expect, it } from 'vitest';

import { parseReport } from '../../../src/evaluation/readReport.js';
import { failureOf, pictureOf, reportOf } from './reports.js';

const REPORT = {
  ...reportOf([pictureOf('1.png', 0.1), pictureOf('2.png', null, { marked: null, probability: null })], {
    shard: { index: 1, count: 2 },
    limit: 5,
  }),
  failed: [
    { file: 'x.heic', failure: { code: 'foreignPicture', parameters: { file: 'x.heic' }, detail: '' } },
  ],
  unmatched: [{ name: 'unicorn', pictures: 2 }],
};

describe('parseReport', () => {
  it('reads what was written', () => {
    expect(parseReport('r.relcam.json', JSON.stringify(REPORT))).toEqual(REPORT);
  });

  it.each([
    ['no JSON', '{"format":', 'notReport'],
    ['other JSON', '[]', 'notReport'],
    [
      'a later version, whatever it holds',
      JSON.stringify({ format: REPORT.format, version: 2 }),
      'newerReport',
    ],
    ['a damaged part', JSON.stringify({ ...REPORT, pictures: [{ file: 1 }] }), 'damagedReport'],
    [
      'an unknown metric',
      JSON.stringify({ ...REPORT, plan: { ...REPORT.plan, metrics: ['taste'] } }),
      'damagedReport',
    ],
  ])('refuses %s in a sentence that names the file', (_, text, code) => {
    expect(failureOf(() => parseReport('r.relcam.json', text))).toMatchObject({
      code,
      parameters: { file: 'r.relcam.json' },
    });
  });

  it('says where a report is damaged', () => {
    const damaged = JSON.stringify({
      ...REPORT,
      pictures: [REPORT.pictures[0], { ...REPORT.pictures[1], target: 'x' }],
    });
    expect(failureOf(() => parseReport('r', damaged))?.parameters).toEqual({
      file: 'r',
      place: 'pictures.1.target',
    });
  });
});
