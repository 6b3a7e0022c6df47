import type { Display, Picture } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';
import type { NeedStatus } from '../../../protocol/panel.js';
import type { ProbePicture, Run, TimelineHostMessage, TimelineSnapshot } from '../../../protocol/timeline.js';
import type { Choice } from './choice.js';
import { learn, stillThere, type Results } from './results.js';

/** Everything the timeline shows follows from this. */
export interface PageState {
  readonly models: ReadonlyMap<number, ModelInfo>;
  readonly pictures: ReadonlyMap<number, Picture>;
  /** null before the first one. */
  readonly timeline: KnownTimeline | null;
  readonly results: Results;
  /** What was last asked of the host, and how it fares; `key` tells what was wanted. */
  readonly need: { readonly id: number; readonly key: string; readonly status: NeedStatus } | null;
  readonly display: Display;
  readonly choice: Choice;
}

export interface KnownTimeline extends Omit<TimelineSnapshot, 'runs' | 'pictures'> {
  readonly runs: readonly KnownRun[];
  readonly pictures: readonly KnownPicture[];
}

/** A run with its model in place of its number. */
export interface KnownRun extends Omit<Run, 'model'> {
  readonly model: ModelInfo | null;
}

/** A picture of the probe set with its pixels in place of their number. */
export interface KnownPicture extends Omit<ProbePicture, 'picture'> {
  readonly picture: Picture | null;
}

export type Action =
  | TimelineHostMessage
  | { readonly type: 'asked'; readonly id: number; readonly key: string }
  | { readonly type: 'choose'; readonly change: Partial<Choice> }
  | { readonly type: 'display'; readonly change: Partial<Display> };

export function initialState(display: Display, choice: Choice): PageState {
  return {
    models: new Map(),
    pictures: new Map(),
    timeline: null,
    results: new Map(),
    need: null,
    display: { ...display, scale: null },
    choice,
  };
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'model':
      return { ...state, models: new Map(state.models).set(action.id, action.model) };
    case 'picture':
      return { ...state, pictures: new Map(state.pictures).set(action.id, action.picture) };
    case 'snapshot':
      return withSnapshot(state, action.timeline);
    case 'results':
      return { ...state, results: learn(state.results, action.results) };
    case 'needStatus':
      return withNeedStatus(state, action.id, action.status);
    case 'asked': {
      const status = { kind: 'working', stage: null, fraction: null } as const;
      return { ...state, need: { id: action.id, key: action.key, status } };
    }
    case 'choose':
      return { ...state, choice: { ...state.choice, ...action.change } };
    case 'display':
      return { ...state, display: { ...state.display, ...action.change } };
  }
}

function withSnapshot(state: PageState, timeline: TimelineSnapshot): PageState {
  const models = referredTo(
    state.models,
    timeline.runs.map(({ model }) => model),
  );
  const pictures = referredTo(
    state.pictures,
    timeline.pictures.map(({ picture }) => picture),
  );
  return {
    ...state,
    models,
    pictures,
    timeline: {
      ...timeline,
      runs: timeline.runs.map((run) => ({ ...run, model: partOf(models, run.model) })),
      pictures: timeline.pictures.map((one) => ({ ...one, picture: partOf(pictures, one.picture) })),
    },
    results: stillThere(state.results, timeline),
  };
}

/** A need that has ended stays so. */
function withNeedStatus(state: PageState, id: number, status: NeedStatus): PageState {
  if (state.need?.id !== id || state.need.status.kind !== 'working') return state;
  return { ...state, need: { ...state.need, status } };
}

function partOf<T>(parts: ReadonlyMap<number, T>, id: number | null): T | null {
  return id === null ? null : (parts.get(id) ?? null);
}

function referredTo<T>(
  parts: ReadonlyMap<number, T>,
  ids: readonly (number | null)[],
): ReadonlyMap<number, T> {
  return new Map([...parts].filter(([id]) => ids.includes(id)));
}
