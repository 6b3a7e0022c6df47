import type { Stage } from '../../protocol/engineApi.js';
import type { Display, Explanation } from '../../protocol/explanation.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { HostMessage, NeedStatus, PanelSnapshot, PanelState } from '../../protocol/panel.js';
import { learn, NOTHING_KNOWN, type Known } from './known.js';
import { NO_RANGES, widen, type SharedRanges } from './ranges.js';

/** Everything the page shows follows from this. */
export interface PageState {
  readonly snapshot: PanelSnapshot | null;
  readonly progress: Progress | null;
  /** Id of the view chosen; null for the first one. */
  readonly view: string | null;
  /** What each view keeps; see `useViewState`. */
  readonly views: PanelState['views'];
  /** Of the snapshot's revision. */
  readonly known: Known;
  /** What was last asked of the host beyond the snapshot; see `useResults`. */
  readonly need: AskedNeed | null;
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

export interface AskedNeed {
  readonly id: number;
  /** Tells what was wanted. */
  readonly key: string;
  readonly status: NeedStatus;
}

export type Action =
  | HostMessage
  | { readonly type: 'view'; readonly view: string }
  | { readonly type: 'viewState'; readonly view: string; readonly value: unknown }
  | { readonly type: 'asked'; readonly id: number; readonly key: string }
  | { readonly type: 'layer'; readonly tensor: string; readonly path: string | null }
  | { readonly type: 'channel'; readonly channel: number | null }
  | { readonly type: 'display'; readonly change: Partial<Display> }
  | { readonly type: 'sharedScale'; readonly shared: boolean };

/** The state before the first snapshot: as the page was left, or as the settings say. */
export function initialState(kept: PanelState | null, display: Display): PageState {
  return {
    snapshot: null,
    progress: null,
    view: kept?.view ?? null,
    views: kept?.views ?? {},
    known: NOTHING_KNOWN,
    need: null,
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
    case 'results':
      return withResults(state, action);
    case 'needStatus':
      return withNeedStatus(state, action);
    case 'asked': {
      const status = { kind: 'working', stage: null, fraction: null } as const;
      return { ...state, need: { id: action.id, key: action.key, status } };
    }
    case 'view':
      return { ...state, view: action.view };
    case 'viewState':
      return { ...state, views: { ...state.views, [action.view]: action.value } };
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
  const before = state.snapshot?.revision === snapshot.revision ? state.known : NOTHING_KNOWN;
  const known = explanation ? learn(before, [explanation], false) : before;
  const next = { ...state, snapshot, known, progress: isBusy(snapshot) ? state.progress : null };
  if (!explanation) return { ...next, channel: null };
  const isThere = hasLayer(snapshot, state.tensor);
  const sameTarget = explanation.target.index === state.snapshot?.explanation?.target.index;
  return {
    ...next,
    tensor: isThere ? state.tensor : deepest(snapshot),
    path: isThere ? state.path : null,
    channel: isThere && sameTarget ? state.channel : null,
    // While the next explanation is computed, the snapshot may hold the old one beside new preprocessing.
    ranges: isBusy(snapshot)
      ? state.ranges
      : widen(state.ranges, subjectOf(snapshot, explanation), explanation),
  };
}

/** What explanations must have in common to be drawn on one scale. */
function subjectOf({ image, revision }: PanelSnapshot, { model, method }: Explanation): string {
  return JSON.stringify([image.path, revision, model, method]);
}

/** Whether it can be chosen; a layer that the method cannot explain says why when it is. */
function hasLayer({ model, explanation }: PanelSnapshot, tensor: string | null): boolean {
  if (tensor === null || !explanation) return false;
  if (explanation.layers.some((layer) => layer.tensor === tensor)) return true;
  if (model?.input.name === tensor) return METHOD_FACTS[explanation.method].pixels;
  return model?.layers.some((layer) => layer.tensor === tensor) ?? false;
}

function deepest({ model, explanation }: PanelSnapshot): string | null {
  return (explanation?.layers.at(-1) ?? model?.layers.at(-1))?.tensor ?? null;
}

function withResults(state: PageState, { revision, explanations, partial }: Message<'results'>): PageState {
  const { snapshot } = state;
  if (snapshot?.revision !== revision) return state;
  const shown = snapshot.explanation;
  // What is shown takes part in the shared scale, whichever way its layers come.
  const ofShown = explanations.filter(
    ({ method, target }) => !partial && method === shown?.method && target.index === shown.target.index,
  );
  const ranges = ofShown.reduce((all, one) => widen(all, subjectOf(snapshot, one), one), state.ranges);
  return { ...state, known: learn(state.known, explanations, partial), ranges };
}

/** A need that has ended stays so. */
function withNeedStatus(state: PageState, { id, status }: Message<'needStatus'>): PageState {
  if (state.need?.id !== id || state.need.status.kind !== 'working') return state;
  return { ...state, need: { ...state.need, status } };
}

type Message<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

export function isBusy({ status }: PanelSnapshot): boolean {
  return status.kind === 'working' || status.kind === 'restarted';
}
