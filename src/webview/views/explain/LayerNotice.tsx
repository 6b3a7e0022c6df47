import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { isBusy, subjectOf } from '../../state/pageState.js';
import { currentBlocker } from '../../state/selectors.js';
import type { Results } from '../../state/useResults.js';
import { progressText, useSecondsLeft } from '../../status/remaining.js';
import { stageText } from '../../status/WorkingNotice.js';
import { Button, ProgressRing } from '../../toolkit/index.js';

/** Why the chosen layer has no map, or how far its map is; over the picture. */
export function LayerNotice({ results }: { readonly results: Results }): VNode | null {
  const { state, strings, dispatch, post } = usePage();
  const subject = subjectOf(state);
  if (!subject?.explanation || isBusy(subject)) return null;
  const { layers, method } = subject.explanation;
  const blocker = currentBlocker(state);
  const deepest = layers.at(-1);
  if (blocker) {
    return (
      <div class="blocked-note" role="status">
        <strong>{fill(strings.noMapOf, { method: METHOD_FACTS[method].label })}</strong>
        <span>{blockedText(blocker, strings)}</span>
        {deepest && (
          <button
            type="button"
            class="link"
            onClick={() => {
              dispatch({ type: 'layer', tensor: deepest.tensor, path: null });
              post({ type: 'selectLayer', tensor: deepest.tensor });
            }}
          >
            {strings.showDeepest}
          </button>
        )}
      </div>
    );
  }
  return <Progress results={results} />;
}

function Progress({ results }: { readonly results: Results }): VNode | null {
  const { strings, percent } = usePage();
  const { status, cancel, retry } = results;
  const fraction = status.kind === 'working' ? status.fraction : null;
  const seconds = useSecondsLeft(fraction);
  switch (status.kind) {
    case 'done':
      return null;
    case 'working': {
      const stage = status.stage ? stageText(status.stage, strings) : strings.working;
      return (
        <div class="working" role="status">
          <ProgressRing />
          <span>
            {fraction === null
              ? `${stage}…`
              : `${stage} ${progressText(fraction, seconds, strings, percent)}`}
          </span>
          <Button appearance="secondary" onClick={cancel}>
            {strings.cancel}
          </Button>
          {fraction !== null && (
            <span class="working-bar" style={{ width: `${100 * fraction}%` }} aria-hidden="true" />
          )}
        </div>
      );
    }
    case 'cancelled':
      return (
        <div class="working" role="status">
          <span>{strings.needCancelled}</span>
          <Button onClick={retry}>{strings.resume}</Button>
        </div>
      );
    case 'error':
      return (
        <div class="working wraps" role="alert">
          <span>{status.text}</span>
          <Button onClick={retry}>{strings.retry}</Button>
        </div>
      );
  }
}
