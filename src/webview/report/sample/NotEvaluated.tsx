import type { VNode } from 'preact';
import { Section } from '../../common/Section.js';
import { fill } from '../../common/format.js';
import { useReport } from '../state/report.js';
import { Failures } from './Failures.js';

/** What is missing in the numbers, and why: one line for all pictures of one cause. */
export function NotEvaluated(): VNode | null {
  const { report, failures, strings, count } = useReport();
  const { unmatched } = report;
  if (failures.length + unmatched.length === 0) return null;
  return (
    <Section title={strings.reportNotEvaluated}>
      <Failures groups={failures} />
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
