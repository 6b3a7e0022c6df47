import type { OtherReport, ReportHostMessage, ShownReport } from '../../../evaluation/reportPage.js';
import type { Choice } from './choice.js';

/** Everything the page shows follows from this. */
export interface PageState {
  /** null before the file was read. */
  readonly shown: ShownReport | null;
  /** Why the file cannot be shown as it is now. */
  readonly broken: string | null;
  readonly other: OtherReport | null;
  readonly choice: Choice;
}

export type Action = ReportHostMessage | { readonly type: 'choose'; readonly change: Partial<Choice> };

export function initialState(choice: Choice): PageState {
  return { shown: null, broken: null, other: null, choice };
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'report':
      return { ...state, shown: action.shown, broken: null };
    case 'other':
      return { ...state, other: action.other };
    case 'broken':
      return { ...state, broken: action.text };
    case 'choose':
      return { ...state, choice: { ...state.choice, ...action.change } };
  }
}
