import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import type { CellState } from '../shared/cellState.js';
import { RunOffer, RunProgress } from '../shared/RunOffer.js';

export interface MethodCardProps {
  readonly method: MethodId;
  readonly state: CellState;
  readonly hoyer: number | null;
  /** Of the layer, and how many forward passes it takes where they are one per channel. */
  readonly path: string;
  readonly passes: number;
  readonly onRun: () => void;
  readonly onCancel: () => void;
  /** The weights, where there are any. */
  readonly children: ComponentChildren;
}

/** What is known of one method, or why nothing is. */
export function MethodCard(props: MethodCardProps): VNode {
  const { method, hoyer, children } = props;
  const { strings } = usePage();
  const id = useId();
  return (
    <section class="method-card" aria-labelledby={id} data-method={method}>
      <header>
        <h2 id={id}>{METHOD_FACTS[method].label}</h2>
        {hoyer !== null && (
          <span class="number" title={strings.hoyerHint}>
            {fill(strings.hoyer, { value: hoyer.toFixed(2) })}
          </span>
        )}
      </header>
      {children}
      <Missing {...props} />
    </section>
  );
}

function Missing({ method, state, path, passes, onRun, onCancel }: MethodCardProps): VNode | null {
  const { strings } = usePage();
  const hint = { method: METHOD_FACTS[method].label, layer: path, count: passes };
  switch (state.kind) {
    case 'known':
      return null;
    case 'loading':
      return <div class="skeleton method-skeleton" />;
    case 'blocked':
      return <p class="method-note">{blockedText(state.blocker, strings)}</p>;
    case 'missing':
      return <p class="method-note">{strings.notComputed}</p>;
    case 'queued':
      return <p class="method-note">{strings.queued}</p>;
    case 'offered': {
      const resumed = state.layer !== null;
      const label = fill(resumed ? strings.resumeHint : strings.runHint, hint);
      return (
        <button type="button" class="method-run" title={label} onClick={onRun}>
          <RunOffer passes={passes} through={state.through} />
        </button>
      );
    }
    case 'running': {
      const label = fill(strings.cancelHint, hint);
      return (
        <button type="button" class="method-run" title={label} onClick={onCancel}>
          <RunProgress fraction={state.fraction} />
        </button>
      );
    }
  }
}
