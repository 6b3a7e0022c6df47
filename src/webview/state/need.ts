import type { NeedStatus } from '../../protocol/panel.js';

/** What was last asked of the host, and how it fares. */
export interface AskedNeed {
  readonly id: number;
  /** Tells what was wanted. */
  readonly key: string;
  readonly status: NeedStatus;
}

export interface AskedAction {
  readonly type: 'asked';
  readonly id: number;
  readonly key: string;
}

export interface NeedStatusAction {
  readonly type: 'needStatus';
  readonly id: number;
  readonly status: NeedStatus;
}

export type NeedAction = AskedAction | NeedStatusAction;

export const WAITING: NeedStatus = { kind: 'working', stage: null, fraction: null };

export function reduceNeed(need: AskedNeed | null, action: NeedAction): AskedNeed | null {
  return action.type === 'asked' ? askedNeed(action) : need && told(need, action);
}

export function askedNeed({ id, key }: AskedAction): AskedNeed {
  return { id, key, status: WAITING };
}

/** A need that has ended stays so. */
export function told(need: AskedNeed, { id, status }: NeedStatusAction): AskedNeed {
  return need.id === id && need.status.kind === 'working' ? { ...need, status } : need;
}
