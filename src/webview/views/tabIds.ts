/** Id of the element of a view's tab. */
export function tabId(view: string): string {
  return `tab-${view}`;
}

/** Id of the element that holds a view. */
export function panelId(view: string): string {
  return `view-${view}`;
}
