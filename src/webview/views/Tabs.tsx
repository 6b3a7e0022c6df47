import type { TargetedKeyboardEvent, VNode } from 'preact';
import { usePage } from '../state/page.js';
import { subjectOf } from '../state/pageState.js';
import { viewOf, viewsFor } from './registry.js';
import { panelId, tabId } from './tabIds.js';

/** The views of an explanation (WAI-ARIA tabs pattern): arrow keys go from one to the next and show it. */
export function Tabs(): VNode {
  const { state, strings, dispatch } = usePage();
  const model = subjectOf(state)?.model ?? null;
  const views = viewsFor(model);
  const current = viewOf(state.view, model);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const at = views.indexOf(current);
    const last = views.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    const view = to === undefined ? undefined : views[(to + views.length) % views.length];
    if (view === undefined) return;
    dispatch({ type: 'view', view: view.id });
    document.getElementById(tabId(view.id))?.focus();
    event.preventDefault();
  };
  return (
    <nav class="tabs" aria-label={strings.views}>
      <div class="tab-list" role="tablist" aria-label={strings.views} onKeyDown={onKeyDown}>
        {views.map((view) => (
          <button
            key={view.id}
            id={tabId(view.id)}
            type="button"
            class="tab"
            role="tab"
            aria-selected={view === current}
            aria-controls={view === current ? panelId(view.id) : undefined}
            tabIndex={view === current ? 0 : -1}
            onClick={() => {
              dispatch({ type: 'view', view: view.id });
            }}
          >
            {strings[view.title]}
          </button>
        ))}
      </div>
    </nav>
  );
}
