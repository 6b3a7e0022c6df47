import type {
  ChannelToShow,
  OtherReport,
  ReportHostMessage,
  ShownReport,
} from '../../../evaluation/reportPage.js';
import type { Choice } from './choice.js';

/** Everything the page shows follows from this. */
export interface PageState {
  /** null before the file was read. */
  readonly shown: ShownReport | null;
  /** Why the file cannot be shown as it is now. */
  readonly broken: string | null;
  readonly other: OtherReport | null;
  readonly choice: Choice;
  /** The channel that the host asked for last; null where it asked for none. */
  readonly asked: ChannelToShow | null;
}

export type Action = ReportHostMessage | { readonly type: 'choose'; readonly change: Partial<Choice> };

export function initialState(choice: Choice): PageState {
  return { shown: null, broken: null, other: null, choice, asked: null };
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'report':
      return { ...state, shown: action.shown, broken: null };
    case 'other':
      return { ...state, other: action.other };
    case 'broken':
      return { ...state, broken: action.text };
    case 'showChannel': {
      const { asked } = action;
      const channels = { ...state.choice.channels, ...asked, before: 0 };
      return { ...state, asked, choice: { ...state.choice, channels } };
    }
    case 'choose':
      return { ...state, choice: { ...state.choice, ...action.change } };
  }
}
