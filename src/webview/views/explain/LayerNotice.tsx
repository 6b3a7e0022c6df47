import type { VNode } from 'preact';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { isBusy, subjectOf } from '../../state/pageState.js';
import { currentBlocker, currentPath } from '../../state/selectors.js';
import { progressText, useSecondsLeft } from '../../status/remaining.js';
import { stageText } from '../../status/WorkingNotice.js';
import { Button, ProgressRing } from '../../toolkit/index.js';
import { cellState } from '../shared/cellState.js';
import type { CellResults } from '../shared/onDemand.js';
import { passesText } from '../shared/RunOffer.js';

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
  if (shown.kind === 'running' || shown.kind === 'queued') return <Progress cells={cells} />;
  if (shown.kind !== 'offered') return null;
  const count = subject.model?.layers.find((layer) => layer.tensor === tensor)?.channels ?? 0;
  return <Offer method={cell.method} count={count} through={shown.through} run={run} />;
}

interface OfferProps {
  readonly method: MethodId;
  /** Forward passes in all. */
  readonly count: number;
  /** Which part of them is through, 0 … 1. */
  readonly through: number;
  readonly run: () => void;
}

function Offer({ method, count, through, run }: OfferProps): VNode {
  const { state, strings, percent } = usePage();
  const { label } = METHOD_FACTS[method];
  const offer = fill(strings.runHint, { method: label, layer: currentPath(state) ?? '', count });
  return (
    <div class="working wraps" role="status">
      <span>{through > 0 ? passesText(count, through, strings, percent) : offer}</span>
      <Button onClick={run}>{through > 0 ? strings.resume : strings.run}</Button>
    </div>
  );
}

function Progress({ cells: { results, stop } }: { readonly cells: CellResults }): VNode {
  const { strings, percent } = usePage();
  const { status } = results;
  const [stage, fraction] = status.kind === 'working' ? [status.stage, status.fraction] : [null, null];
  const seconds = useSecondsLeft(fraction);
  const doing = stage ? stageText(stage, strings) : strings.working;
  return (
    <div class="working" role="status">
      <ProgressRing />
      <span>
        {fraction === null ? `${doing}…` : `${doing} ${progressText(fraction, seconds, strings, percent)}`}
      </span>
      <Button appearance="secondary" onClick={stop}>
        {strings.cancel}
      </Button>
      {fraction !== null && (
        <span class="working-bar" style={{ width: `${100 * fraction}%` }} aria-hidden="true" />
      )}
    </div>
  );
}
