import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { useReport } from '../state/report.js';

/** What is missing in the numbers, and why: one line for all pictures of one cause. */
export function NotEvaluated(): VNode | null {
  const { report, failures, strings, count } = useReport();
  const { failed, unmatched } = report;
  if (failed.length + unmatched.length === 0) return null;
  return (
    <Section title={strings.reportNotEvaluated}>
      {failures.map(({ text, files }) => (
        <div key={text} class="report-failure">
          <p>{text}</p>
          {files.length > 1 && (
            <details>
              <summary>{fill(strings.reportFiles, { count: count(files.length) })}</summary>
              <ul>
                {files.map((file) => (
                  <li key={file}>{file}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
      ))}
      {unmatched.length > 0 && (
        <div class="report-failure">
          <p>
            {strings.reportUnmatched}:{' '}
            {unmatched
              .map(({ name, pictures }) =>
                fill(strings.reportUnmatchedName, { name, count: count(pictures) }),
              )
              .join(', ')}
          </p>
        </div>
      )}
    </Section>
  );
}
