import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelMessage } from '../../protocol/panel.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import type { Action, PageState } from './pageState.js';

/** What every component may use. */
export interface Page {
  readonly state: PageState;
  readonly strings: PanelStrings;
  /** How many of a layer's heaviest channels are shown. */
  readonly topChannels: number;
  readonly percent: (fraction: number) => string;
  readonly dispatch: (action: Action) => void;
  readonly post: (message: PanelMessage) => void;
  /** Says a text to assistive technology. */
  readonly announce: (text: string) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage outside of the page');
  return page;
}
