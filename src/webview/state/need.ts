import type { NeedStatus } from '../../protocol/panel.js';

/** What was last asked of the host, and how it fares. */
export interface AskedNeed {
  readonly id: number;
  /** Tells what was wanted. */
  readonly key: string;
  readonly status: NeedStatus;
}

export type NeedAction =
  | { readonly type: 'asked'; readonly id: number; readonly key: string }
  | { readonly type: 'needStatus'; readonly id: number; readonly status: NeedStatus };

export const WAITING: NeedStatus = { kind: 'working', stage: null, fraction: null };

/** A need that has ended stays so. */
export function reduceNeed(need: AskedNeed | null, action: NeedAction): AskedNeed | null {
  if (action.type === 'asked') return { id: action.id, key: action.key, status: WAITING };
  if (need?.id !== action.id || need.status.kind !== 'working') return need;
  return { ...need, status: action.status };
}
