import type { VNode } from 'preact';
import type { FailureGroup } from '../../../evaluation/reportPage.js';
import { fill } from '../../common/format.js';
import { useReport } from '../state/report.js';

/** A line for each cause, and the pictures where there are several. */
export function Failures({ groups }: { readonly groups: readonly FailureGroup[] }): VNode {
  const { strings, count } = useReport();
  return (
    <>
      {groups.map(({ text, files }) => (
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
    </>
  );
}
