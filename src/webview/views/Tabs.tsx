import type { TargetedKeyboardEvent, VNode } from 'preact';
import type { ViewId } from '../../protocol/panel.js';
import { usePage } from '../state/page.js';
import { panelId, tabId } from './tabIds.js';

export interface TabsProps {
  readonly views: readonly ViewId[];
}

/** The views of an explanation (WAI-ARIA tabs pattern): arrow keys go from one to the next and show it. */
export function Tabs({ views }: TabsProps): VNode {
  const { state, strings, dispatch } = usePage();
  const names: Record<ViewId, string> = {
    explain: strings.viewExplain,
    compare: strings.viewCompare,
    selectivity: strings.viewSelectivity,
    localisation: strings.viewLocalisation,
    classes: strings.viewClasses,
    channel: strings.viewChannel,
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const at = views.indexOf(state.view);
    const last = views.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    const view = to === undefined ? undefined : views[(to + views.length) % views.length];
    if (view === undefined) return;
    dispatch({ type: 'view', view });
    document.getElementById(tabId(view))?.focus();
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label={strings.views} onKeyDown={onKeyDown}>
      {views.map((view) => (
        <button
          key={view}
          id={tabId(view)}
          type="button"
          class="tab"
          role="tab"
          aria-selected={view === state.view}
          aria-controls={view === state.view ? panelId(view) : undefined}
          tabIndex={view === state.view ? 0 : -1}
          onClick={() => {
            dispatch({ type: 'view', view });
          }}
        >
          {names[view]}
        </button>
      ))}
    </div>
  );
}
