/** Stands in for the extension host of a report: answers the page with the reports of test/fixtures. */
import { failureTexts } from '../../src/evaluation/failureGroups.js';
import { parseReport } from '../../src/evaluation/readReport.js';
import type { EvaluationReport } from '../../src/evaluation/report.js';
import type { ReportHostMessage, ReportMessage } from '../../src/evaluation/reportPage.js';
import { ERROR_TEXTS } from '../../src/protocol/errors.js';
import earlierFile from '../fixtures/reports/earlier.relcam.json';
import sampleFile from '../fixtures/reports/sample.relcam.json';

const scenario = new URLSearchParams(location.search).get('scenario') ?? 'ready';
const [sample, earlier] = [sampleFile, earlierFile].map((file) =>
  parseReport('sample.relcam.json', JSON.stringify(file)),
);
const BROKEN = 'sample.relcam.json is damaged at pictures.3.values. Copy it again, or evaluate again.';

function shown(): EvaluationReport | undefined {
  if (!sample) return undefined;
  if (scenario === 'empty') return { ...sample, pictures: [], failed: [] };
  if (scenario === 'alike')
    return { ...sample, model: { ...sample.model, labels: sample.model.labels.map(() => 'crane') } };
  if (scenario === 'partial')
    return {
      ...sample,
      pictures: sample.pictures.slice(0, 4),
      plan: { ...sample.plan, found: 400, limit: 50 },
    };
  return sample;
}

function answer(): readonly ReportHostMessage[] {
  const report = shown();
  if (scenario === 'loading' || !report || !earlier) return [];
  if (scenario === 'broken') return [{ type: 'broken', text: BROKEN }];
  const texts = failureTexts(report, ({ code, parameters }) =>
    ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name])),
  );
  const pictures = { kind: 'below', address: '../../media/sample/pictures' } as const;
  const other = { path: '/earlier', name: 'earlier.relcam.json', report: earlier };
  return [
    { type: 'report', shown: { report, ...texts, pictures } },
    ...(scenario === 'compared' ? [{ type: 'other', other } as const] : []),
  ];
}

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: ReportMessage) => {
      if (message.type === 'ready') for (const one of answer()) window.postMessage(one, '*');
    },
    getState: () => undefined,
    setState: () => undefined,
  }),
});
