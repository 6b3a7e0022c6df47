import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelMessage } from '../../protocol/panel.js';
import type { Frame } from './frame.js';
import type { Action, PageState } from './pageState.js';

/** What every component of the panel may use. */
export interface Page extends Frame {
  readonly state: PageState;
  /** How many of a layer's heaviest channels are shown. */
  readonly topChannels: number;
  readonly dispatch: (action: Action) => void;
  readonly post: (message: PanelMessage) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('usePage outside of the page');
  return page;
}
