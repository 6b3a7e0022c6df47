import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { isBusy, subjectOf } from '../../state/pageState.js';
import { currentBlocker } from '../../state/selectors.js';
import { Progress } from '../../status/Progress.js';
import { progressText, useSecondsLeft } from '../../status/remaining.js';
import { Button } from '../../toolkit/index.js';
import { cellState } from '../shared/cellState.js';
import type { CellResults } from '../shared/onDemand.js';
import { OfferNotice } from '../shared/OfferNotice.js';

/** Why the chosen layer has no map, what its map costs, or how far it is; over the picture. */
export function LayerNotice({ cells }: { readonly cells: CellResults }): VNode | null {
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
  return METHOD_FACTS[method].perChannel ? <OnDemand cells={cells} /> : null;
}

/** How a map fares that takes a forward pass per channel. */
function OnDemand({ cells }: { readonly cells: CellResults }): VNode | null {
  const { state, strings } = usePage();
  const { tensor } = state;
  const subject = subjectOf(state);
  const explanation = subject?.explanation;
  if (!explanation || tensor === null) return null;
  const cell = { method: explanation.method, tensor };
  const shown = cellState(cells, cell, explanation.target.index);
  const run = (): void => {
    cells.run([cell]);
  };
  const { status } = cells.results;
  if (status.kind === 'error') {
    return (
      <div class="working wraps" role="alert">
        <span>{status.text}</span>
        <Button onClick={run}>{strings.retry}</Button>
      </div>
    );
  }
  if (shown.kind === 'running' || shown.kind === 'queued') return <Running cells={cells} />;
  if (shown.kind !== 'offered') return null;
  const passes = subject.model?.layers.find((layer) => layer.tensor === tensor)?.channels ?? 0;
  return (
    <OfferNotice
      className="working wraps"
      offer={{ method: cell.method, passes, through: shown.through, run }}
    />
  );
}

function Running({ cells: { results, stop } }: { readonly cells: CellResults }): VNode {
  const { strings, percent } = usePage();
  const { status } = results;
  const { stage, fraction } = status.kind === 'working' ? status : { stage: null, fraction: null };
  const seconds = useSecondsLeft(fraction);
  return (
    <div class="working">
      <Progress
        stage={stage}
        fraction={fraction}
        far={progressText(fraction ?? 0, seconds, strings, percent)}
      />
      <Button appearance="secondary" onClick={stop}>
        {strings.cancel}
      </Button>
      {fraction !== null && (
        <span class="working-bar" style={{ width: `${100 * fraction}%` }} aria-hidden="true" />
      )}
    </div>
  );
}
