import type { VNode } from 'preact';
import { accuracyOf } from '../../../evaluation/accuracy.js';
import { counted, fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { useReport } from '../state/report.js';

const MOST = 10;

/** What the model takes for what, where somebody says what the pictures show. */
export function Confusions(): VNode | null {
  const { report, strings, count, nameOf } = useReport();
  const accuracy = accuracyOf(report);
  if (!accuracy) return null;
  const { confusions, correct, n } = accuracy;
  const note = fill(strings.reportConfusionsNote, { count: count(n - correct), total: count(n) });
  return (
    <Section title={strings.reportConfusions} note={confusions.length > 0 ? note : undefined}>
      {confusions.length === 0 ? (
        <p class="quiet">{strings.reportNoConfusion}</p>
      ) : (
        <div class="report-scroll">
          <table class="report-table texts">
            <caption class="spoken">{note}</caption>
            <thead>
              <tr>
                <th scope="col">{strings.reportExpected}</th>
                <th scope="col">{strings.reportPredicted}</th>
                <th scope="col" class="number">
                  {strings.reportCount}
                </th>
              </tr>
            </thead>
            <tbody>
              {confusions.slice(0, MOST).map(({ expected, predicted, pictures }) => (
                <tr key={`${expected} ${predicted}`}>
                  <td>{nameOf(expected)}</td>
                  <td>{nameOf(predicted)}</td>
                  <td class="number">{count(pictures)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {confusions.length > MOST && (
        <p class="quiet">
          {counted(confusions.length - MOST, strings.reportOneMoreConfusion, strings.reportMoreConfusions)}
        </p>
      )}
    </Section>
  );
}
