import type { Display, Picture } from '../../../protocol/explanation.js';
import type { ModelInfo } from '../../../protocol/model.js';
import type { ProbePicture, Run, TimelineHostMessage, TimelineSnapshot } from '../../../protocol/timeline.js';
import { reduceNeed, type AskedNeed, type NeedAction } from '../../state/need.js';
import { only, partOf } from '../../state/parts.js';
import type { Choice } from './choice.js';
import { learn, stillThere, type Results } from './results.js';

/** Everything the timeline shows follows from this. */
export interface PageState {
  readonly models: ReadonlyMap<number, ModelInfo>;
  readonly pictures: ReadonlyMap<number, Picture>;
  /** null before the first one. */
  readonly timeline: KnownTimeline | null;
  readonly results: Results;
  readonly need: AskedNeed | null;
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
  | NeedAction
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
    case 'asked':
      return { ...state, need: reduceNeed(state.need, action) };
    case 'choose':
      return { ...state, choice: { ...state.choice, ...action.change } };
    case 'display':
      return { ...state, display: { ...state.display, ...action.change } };
  }
}

function withSnapshot(state: PageState, timeline: TimelineSnapshot): PageState {
  const models = only(
    state.models,
    timeline.runs.map(({ model }) => model),
  );
  const pictures = only(
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
