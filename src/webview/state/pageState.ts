import type { Stage } from '../../protocol/engineApi.js';
import type { Display } from '../../protocol/explanation.js';
import type { HostMessage, PanelSnapshot, PanelState } from '../../protocol/panel.js';
import { NO_RANGES, widen, type SharedRanges } from './ranges.js';

/** Everything the page shows follows from this. */
export interface PageState {
  readonly snapshot: PanelSnapshot | null;
  readonly progress: Progress | null;
  /** The layer chosen; null until there is one to choose. */
  readonly tensor: string | null;
  /** The tree's row it was chosen by, where several stand for the same tensor. */
  readonly path: string | null;
  /** The channel whose activation is shown instead of the map. */
  readonly channel: number | null;
  /** `scale` is always null here: see `sharedScale`. */
  readonly display: Display;
  readonly sharedScale: boolean;
  readonly ranges: SharedRanges;
}

export interface Progress {
  readonly stage: Stage;
  readonly fraction: number | null;
}

export type Action =
  | HostMessage
  | { readonly type: 'layer'; readonly tensor: string; readonly path: string | null }
  | { readonly type: 'channel'; readonly channel: number | null }
  | { readonly type: 'display'; readonly change: Partial<Display> }
  | { readonly type: 'sharedScale'; readonly shared: boolean };

/** The state before the first snapshot: as the page was left, or as the settings say. */
export function initialState(kept: PanelState | null, display: Display): PageState {
  return {
    snapshot: null,
    progress: null,
    tensor: kept?.tensor ?? null,
    path: null,
    channel: null,
    display: { ...(kept?.display ?? display), scale: null },
    sharedScale: kept?.sharedScale ?? false,
    ranges: NO_RANGES,
  };
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'snapshot':
      return withSnapshot(state, action.snapshot);
    case 'progress':
      return { ...state, progress: { stage: action.stage, fraction: action.fraction } };
    case 'reveal':
      return { ...state, tensor: action.tensor, path: null, channel: null };
    case 'layer':
      return { ...state, tensor: action.tensor, path: action.path, channel: null };
    case 'channel':
      return { ...state, channel: action.channel };
    case 'display':
      return { ...state, display: { ...state.display, ...action.change } };
    case 'sharedScale':
      return { ...state, sharedScale: action.shared };
  }
}

function withSnapshot(state: PageState, snapshot: PanelSnapshot): PageState {
  const { explanation } = snapshot;
  const next = { ...state, snapshot, progress: isBusy(snapshot) ? state.progress : null };
  if (!explanation) return { ...next, channel: null };
  const isThere = explanation.layers.some((layer) => layer.tensor === state.tensor);
  const sameTarget = explanation.target.index === state.snapshot?.explanation?.target.index;
  const subject = JSON.stringify([
    snapshot.image.path,
    explanation.model,
    explanation.method,
    snapshot.preprocessing?.value,
  ]);
  return {
    ...next,
    tensor: isThere ? state.tensor : (explanation.layers.at(-1)?.tensor ?? null),
    path: isThere ? state.path : null,
    channel: isThere && sameTarget ? state.channel : null,
    // While the next explanation is computed, the snapshot may hold the old one beside new preprocessing.
    ranges: isBusy(snapshot) ? state.ranges : widen(state.ranges, subject, explanation),
  };
}

export function isBusy({ status }: PanelSnapshot): boolean {
  return status.kind === 'working' || status.kind === 'restarted';
}
