import type { VNode } from 'preact';
import { Icon } from '../common/icons.js';
import { usePage } from '../state/page.js';
import { subjectOf } from '../state/pageState.js';
import { Button } from '../toolkit/index.js';

/** Above the columns: what went wrong while an older explanation is still shown, or that the engine was restarted. */
export function Banner(): VNode | null {
  const { state, strings } = usePage();
  const status = subjectOf(state)?.status;
  if (status?.kind === 'restarted') {
    return (
      <div class="banner" role="status">
        <Icon name="info" />
        <span class="banner-text">{strings.restarted}</span>
      </div>
    );
  }
  if (status?.kind !== 'error' || !subjectOf(state)?.explanation) return null;
  return (
    <div class="banner error" role="alert">
      <Icon name="error" />
      <span class="banner-text">{status.text}</span>
      <ErrorButtons />
    </div>
  );
}

/** In the place of the columns: there is nothing to show because something went wrong. */
export function FailedPage({ text }: { readonly text: string }): VNode {
  const { strings } = usePage();
  return (
    <main class="message">
      <span class="message-icon error">
        <Icon name="error" />
      </span>
      <h2>{strings.failedTitle}</h2>
      <p role="alert">{text}</p>
      <div class="message-buttons">
        <ErrorButtons />
      </div>
    </main>
  );
}

/** In the place of the columns: there is no model. */
export function NoModelPage(): VNode {
  const { strings, post } = usePage();
  return (
    <main class="message">
      <span class="message-icon">
        <Icon name="image" />
      </span>
      <h2>{strings.noModelTitle}</h2>
      <p>{strings.noModelText}</p>
      <div class="message-buttons">
        <Button
          onClick={() => {
            post({ type: 'chooseModel' });
          }}
        >
          {strings.chooseModel}
        </Button>
      </div>
    </main>
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
