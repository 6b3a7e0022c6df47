import fc from 'fast-check';
import { expect, it } from 'vitest';

import { markdownOf, markdownText } from '../../../../src/evaluation/export/markdown.js';
import { DROP, REPORT, SEPARATION } from './tables.js';

it('has a heading and a table for each metric', () => {
  expect(markdownOf(REPORT, [DROP, SEPARATION]))
    .toBe(`resnet\\_50.onnx on 0 pictures, drawn with seed 7; bootstrap 95 % intervals. Means over the correctly classified ones.

### Average drop (%), lower is better

| Layer | Relevance-CAM | Grad-CAM |
| --- | ---: | ---: |
| layer2 | **39.0** (37.1–41.0) | 74.9 (73.0–76.8) |
| layer4 | 21.5 (20.0–23.0) | – |

### Class separation, higher is better

| Layer | Relevance-CAM |
| --- | ---: |
| layer2 | 0.020 (−0.010 – 0.050) |
`);
});

it('says of which objects a table is', () => {
  const small = { ...SEPARATION, metric: 'iou', objects: 'small' } as const;
  expect(markdownOf(REPORT, [small])).toContain(
    '### IoU, objects under 30% of the picture, higher is better\n',
  );
});

it('keeps every text on one line and in its cell, free of markup', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('\\`*_{}[]<>()#|~&!$ab \n\r\t')) }),
      (text) => {
        const shown = markdownText(text);
        expect(shown).not.toMatch(/[\n\r]/);
        // By CommonMark a backslash takes its meaning from any sign of ASCII that follows.
        expect(shown.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[\\`*_<[|#&!$~]/);
        expect(shown.replaceAll(/\\(.)/g, '$1')).toBe(text.replaceAll(/\s+/g, ' '));
      },
    ),
  );
});
