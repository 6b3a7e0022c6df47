import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import type { Results } from '../../state/useResults.js';
import { stageText } from '../../status/WorkingNotice.js';
import { Button, ProgressRing } from '../../toolkit/index.js';

/** How what a view lacks fares: a line that is there only as long as something is lacking. */
export function NeedNotice({ results }: { readonly results: Results }): VNode | null {
  const { strings, percent } = usePage();
  const { status, cancel, retry } = results;
  switch (status.kind) {
    case 'done':
      return null;
    case 'working': {
      const stage = status.stage ? stageText(status.stage, strings) : strings.working;
      const text =
        status.fraction === null
          ? `${stage}…`
          : fill(strings.stageProgress, { stage, percent: percent(Math.round(100 * status.fraction) / 100) });
      return (
        <div class="need-notice" role="status">
          <ProgressRing />
          <span class="need-text">{text}</span>
          <Button appearance="secondary" onClick={cancel}>
            {strings.cancel}
          </Button>
        </div>
      );
    }
    case 'cancelled':
      return (
        <div class="need-notice" role="status">
          <span class="need-text">{strings.needCancelled}</span>
          <Button appearance="secondary" onClick={retry}>
            {strings.resume}
          </Button>
        </div>
      );
    case 'error':
      return (
        <div class="need-notice" role="alert">
          <span class="need-text">{status.text}</span>
          <Button appearance="secondary" onClick={retry}>
            {strings.retry}
          </Button>
        </div>
      );
  }
}
