import type { VNode } from 'preact';
import { usePage } from '../state/page.js';
import { isBusy, subjectOf } from '../state/pageState.js';
import { Button } from '../toolkit/index.js';
import { Progress } from './Progress.js';

/** What is being computed and how far it is, over the picture that is still shown meanwhile. */
export function WorkingNotice(): VNode | null {
  const { state, strings, post } = usePage();
  const subject = subjectOf(state);
  if (!subject || !isBusy(subject)) return null;
  const { stage, fraction } = subject.progress ?? { stage: null, fraction: null };
  return (
    <div class="working">
      <Progress stage={stage} fraction={fraction} />
      <Button
        appearance="secondary"
        onClick={() => {
          post({ type: 'cancel' });
        }}
      >
        {strings.cancel}
      </Button>
    </div>
  );
}
