import type { ViewId } from '../../protocol/panel.js';

/** Id of the element of a view's tab. */
export function tabId(view: ViewId): string {
  return `tab-${view}`;
}

/** Id of the element that holds a view. */
export function panelId(view: ViewId): string {
  return `view-${view}`;
}
