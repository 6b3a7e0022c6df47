import type { VNode } from 'preact';
import { usePage } from '../state/page.js';
import { subjectOf } from '../state/pageState.js';
import { Button } from '../toolkit/index.js';
import { Banner } from './Banner.js';
import { Message } from './Message.js';

/** Above the columns: what went wrong while an older explanation is still shown, or that the engine was restarted. */
export function StatusBanner(): VNode | null {
  const { state, strings } = usePage();
  const status = subjectOf(state)?.status;
  if (status?.kind === 'restarted') return <Banner kind="info" text={strings.restarted} />;
  if (status?.kind !== 'error' || !subjectOf(state)?.explanation) return null;
  return (
    <Banner kind="error" text={status.text}>
      <ErrorButtons />
    </Banner>
  );
}

/** In the place of the columns: there is nothing to show because something went wrong. */
export function FailedPage({ text }: { readonly text: string }): VNode {
  const { strings } = usePage();
  return (
    <Message icon="error" title={strings.failedTitle} text={text}>
      <ErrorButtons />
    </Message>
  );
}

/** In the place of the columns: there is nothing to show because the user did not wait for it. */
export function CancelledPage(): VNode {
  const { strings, post } = usePage();
  return (
    <Message icon="info" title={strings.cancelledTitle} text={strings.cancelledText}>
      <Button
        onClick={() => {
          post({ type: 'retry' });
        }}
      >
        {strings.explainNow}
      </Button>
    </Message>
  );
}

/** In the place of the columns: there is no model. */
export function NoModelPage(): VNode {
  const { strings, post } = usePage();
  return (
    <Message icon="image" title={strings.noModelTitle} text={strings.noModelText}>
      <Button
        onClick={() => {
          post({ type: 'chooseModel' });
        }}
      >
        {strings.chooseModel}
      </Button>
    </Message>
  );
}

function ErrorButtons(): VNode {
  const { strings, post } = usePage();
  return (
    <>
      <Button
        onClick={() => {
          post({ type: 'retry' });
        }}
      >
        {strings.retry}
      </Button>
      <Button
        appearance="secondary"
        onClick={() => {
          post({ type: 'showLog' });
        }}
      >
        {strings.showLog}
      </Button>
    </>
  );
}
