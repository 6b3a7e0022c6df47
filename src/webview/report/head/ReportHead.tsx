import type { VNode } from 'preact';
import { accuracyOf } from '../../../evaluation/accuracy.js';
import { countedPictures, plannedSelection } from '../../../evaluation/counted.js';
import { modelName } from '../../../evaluation/report.js';
import { fill } from '../../common/format.js';
import { useReport, type Report } from '../state/report.js';
import { ExportButton } from './ExportButton.js';
import { Settings } from './Settings.js';

/** What was evaluated on what, and what can be done with it. */
export function ReportHead(): VNode {
  const page = useReport();
  const { report, strings, alone, post } = page;
  return (
    <header class="report-head">
      <h1>{fill(strings.reportTitle, { model: modelName(report.model) })}</h1>
      <div class="report-acts">
        {!alone && (
          <button
            type="button"
            class="pick-button"
            onClick={() => {
              post({ type: 'compareWith' });
            }}
          >
            {strings.reportCompareWith}
          </button>
        )}
        <ExportButton />
      </div>
      <p class="report-facts">{factsOf(page)}</p>
      <Settings />
    </header>
  );
}

function factsOf({ report, strings, percent, count }: Report): string {
  const { pictures, plan } = report;
  const accuracy = accuracyOf(report);
  const counted = countedPictures(report, plannedSelection(report)).length;
  return [
    pictures.length === 1
      ? strings.reportPicture
      : fill(strings.reportPictures, { count: count(pictures.length) }),
    accuracy
      ? fill(strings.reportAccuracy, {
          accuracy: percent(accuracy.correct / accuracy.n),
          correct: count(accuracy.correct),
          count: count(accuracy.n),
        })
      : strings.reportNoTruth,
    plan.onlyCorrect ? fill(strings.reportMeansCorrect, { count: count(counted) }) : strings.reportMeans,
  ].join(' · ');
}
