import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { useReport } from '../state/report.js';

/** With which report the tables compare this one. */
export function Compared(): VNode | null {
  const { report, other, differences, strings, alone, post } = useReport();
  if (!other) return null;
  const { name } = other;
  const texts = [
    fill(differences.length > 0 ? strings.reportCompared : strings.reportComparedNothing, { name }),
    ...(other.report.model.sha256 === report.model.sha256 ? [] : [strings.reportOtherModel]),
  ];
  return (
    <div class="banner" role="status">
      <Icon name="info" />
      <span class="banner-text">{texts.join(' ')}</span>
      {!alone && (
        <button
          type="button"
          class="link"
          onClick={() => {
            post({ type: 'stopComparing' });
          }}
        >
          {strings.reportStopComparing}
        </button>
      )}
    </div>
  );
}
