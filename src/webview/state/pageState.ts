import type { ExportKind, Stage } from '../../protocol/engineApi.js';
import type { Display, Explanation } from '../../protocol/explanation.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import { fileOfModel } from '../../protocol/model.js';
import {
  isSameSubject,
  type Framing,
  type HostMessage,
  type PanelState,
  type ScaleMode,
  type Subject,
  type SubjectRef,
  type SubjectSnapshot,
} from '../../protocol/panel.js';
import { EMPTY_STRIP, reduceStrip, type Strip } from './strip.js';
import { learn, learnCheck, NOTHING_KNOWN, type Known } from './known.js';
import { askedNeed, told, type AskedAction, type AskedNeed } from './need.js';
import { assemble, NO_PARTS, referredTo, withPart, type Parts } from './parts.js';
import { NO_RANGES, widen, type SharedRanges } from './ranges.js';

/** Everything the page shows follows from this. */
export interface PageState {
  readonly parts: Parts;
  readonly subjects: readonly KnownSubject[];
  readonly strip: Strip;
  /** Id of the view chosen; null for the first one. */
  readonly view: string | null;
  /** What each view keeps; see `useViewState`. */
  readonly views: PanelState['views'];
  /** What was last asked of the host beyond the snapshot, by the subject's place in the list. */
  readonly needs: ReadonlyMap<number, AskedNeed>;
  /** The layer chosen; null until there is one to choose. */
  readonly tensor: string | null;
  /** The tree's row it was chosen by, where several stand for the same tensor. */
  readonly path: string | null;
  /** The channel whose activation is shown instead of the map. */
  readonly channel: number | null;
  /** `scale` is always null here: see `scaleMode`. */
  readonly display: Display;
  readonly framing: Framing;
  readonly scaleMode: ScaleMode;
  readonly ranges: SharedRanges;
  /** What of the chosen layer the host has asked to be exported. */
  readonly toExport: readonly ExportKind[] | null;
}

/** A subject with all that was heard of it in this revision. */
export interface KnownSubject extends Subject {
  readonly known: Known;
  /** null where nothing is under way, or nothing was told of it. */
  readonly progress: Progress | null;
}

export interface Progress {
  readonly stage: Stage;
  readonly fraction: number | null;
}

export type Action =
  | HostMessage
  | { readonly type: 'view'; readonly view: string }
  | { readonly type: 'viewState'; readonly view: string; readonly value: unknown }
  | (AskedAction & { readonly of: number })
  | { readonly type: 'layer'; readonly tensor: string; readonly path: string | null }
  | { readonly type: 'channel'; readonly channel: number | null }
  | { readonly type: 'display'; readonly change: Partial<Display> }
  | { readonly type: 'framing'; readonly change: Partial<Framing> }
  | { readonly type: 'scaleMode'; readonly mode: ScaleMode }
  | { readonly type: 'exported' }
  | { readonly type: 'filmstripReached' };

/** The state before the first snapshot: as the page was left, or as the settings say. */
export function initialState(kept: PanelState | null, display: Display): PageState {
  return {
    parts: NO_PARTS,
    subjects: [],
    strip: EMPTY_STRIP,
    view: kept?.view ?? null,
    views: kept?.views ?? {},
    needs: new Map(),
    tensor: kept?.tensor ?? null,
    path: null,
    channel: null,
    display: { ...(kept?.display ?? display), scale: null },
    framing: kept?.framing ?? { marks: false, cropOnly: false },
    scaleMode: kept?.scaleMode ?? 'own',
    ranges: NO_RANGES,
    toExport: null,
  };
}

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'asked':
      return { ...state, needs: new Map(state.needs).set(action.of, askedNeed(action)) };
    case 'needStatus':
      return { ...state, needs: new Map([...state.needs].map(([of, need]) => [of, told(need, action)])) };
    case 'view':
      return { ...state, view: action.view };
    case 'viewState':
      return { ...state, views: { ...state.views, [action.view]: action.value } };
    case 'layer':
      return { ...state, tensor: action.tensor, path: action.path, channel: null };
    case 'channel':
      return { ...state, channel: action.channel };
    case 'display':
      return { ...state, display: { ...state.display, ...action.change } };
    case 'framing':
      return { ...state, framing: { ...state.framing, ...action.change } };
    case 'scaleMode':
      return { ...state, scaleMode: action.mode };
    case 'filmstripReached':
      return { ...state, strip: { ...state.strip, isCalled: false } };
    case 'exported':
      return { ...state, toExport: null };
    default:
      return withMessage(state, action);
  }
}

function withMessage(state: PageState, message: Exclude<HostMessage, { type: 'needStatus' }>): PageState {
  switch (message.type) {
    case 'model':
    case 'picture':
    case 'explanation':
      return { ...state, parts: withPart(state.parts, message) };
    case 'snapshot':
      return withSubjects(state, message.subjects);
    case 'folder':
    case 'focusFilmstrip':
    case 'thumbnail':
    case 'judgements':
      return { ...state, strip: reduceStrip(state.strip, message) };
    case 'progress':
      return withProgress(state, message);
    case 'results':
      return withResults(state, message);
    case 'sanity':
      return withKnown(state, message.subject, (known) => learnCheck(known, message.check));
    case 'reveal':
      return { ...state, tensor: message.tensor, path: null, channel: null };
    case 'export':
      return { ...state, toExport: message.kinds };
  }
}

/** The subject that the views show; null before the first snapshot. */
export function subjectOf({ subjects }: PageState): KnownSubject | null {
  return subjects[0] ?? null;
}

/** null without a model. */
export function refOf({ image, model, revision }: Subject): SubjectRef | null {
  return model && { image: image.path, model: fileOfModel(model), revision };
}

function withSubjects(state: PageState, snapshots: readonly SubjectSnapshot[]): PageState {
  const subjects = snapshots.map((snapshot, of) => {
    const subject = knowing(assemble(state.parts, snapshot), state.subjects);
    return isBusy(subject) ? { ...subject, progress: state.subjects[of]?.progress ?? null } : subject;
  });
  const next = { ...state, parts: referredTo(state.parts, snapshots), subjects };
  const subject = subjectOf(next);
  return subject ? shownNext(next, subject, subjectOf(state)) : next;
}

function knowing(subject: Subject, before: readonly KnownSubject[]): KnownSubject {
  const ref = refOf(subject);
  const known = before.find((other) => isNamed(other, ref))?.known ?? NOTHING_KNOWN;
  const { explanation } = subject;
  return { ...subject, progress: null, known: explanation ? learn(known, [explanation], null) : known };
}

function isNamed(subject: Subject, ref: SubjectRef | null): boolean {
  const own = refOf(subject);
  return own !== null && ref !== null && isSameSubject(own, ref);
}

/** What is chosen stays chosen as far as the subject has it. */
function shownNext(state: PageState, subject: KnownSubject, before: KnownSubject | null): PageState {
  const { explanation } = subject;
  if (!explanation) return { ...state, channel: null };
  const isThere = hasLayer(subject, state.tensor);
  const sameTarget = explanation.target.index === before?.explanation?.target.index;
  return {
    ...state,
    tensor: isThere ? state.tensor : deepest(subject),
    path: isThere ? state.path : null,
    channel: isThere && sameTarget ? state.channel : null,
    // While the next explanation is computed, the subject may hold the old one beside new preprocessing.
    ranges: isBusy(subject)
      ? state.ranges
      : widen(state.ranges, scaledTogether(subject, explanation), explanation),
  };
}

/** What explanations must have in common to be drawn on one scale. */
function scaledTogether({ image, revision }: Subject, { model, method }: Explanation): string {
  return JSON.stringify([image.path, revision, model, method]);
}

/** Whether it can be chosen; a layer that the method cannot explain says why when it is. */
function hasLayer({ model, explanation }: Subject, tensor: string | null): boolean {
  if (tensor === null || !explanation) return false;
  if (explanation.layers.some((layer) => layer.tensor === tensor)) return true;
  if (model?.input.name === tensor) return METHOD_FACTS[explanation.method].pixels;
  return model?.layers.some((layer) => layer.tensor === tensor) ?? false;
}

function deepest({ model, explanation }: Subject): string | null {
  return (explanation?.layers.at(-1) ?? model?.layers.at(-1))?.tensor ?? null;
}

function withResults(
  state: PageState,
  { subject: ref, explanations, partial }: Message<'results'>,
): PageState {
  const next = withKnown(state, ref, (known) => learn(known, explanations, partial));
  const subject = subjectOf(state);
  const shown = subject?.explanation;
  if (!subject || !shown || !isNamed(subject, ref)) return next;
  // What is shown takes part in the shared scale, whichever way its layers come.
  const ofShown = explanations.filter(
    ({ method, target }) =>
      partial === null && method === shown.method && target.index === shown.target.index,
  );
  const ranges = ofShown.reduce((all, one) => widen(all, scaledTogether(subject, one), one), state.ranges);
  return { ...next, ranges };
}

function withKnown(state: PageState, ref: SubjectRef, learned: (known: Known) => Known): PageState {
  const subjects = state.subjects.map((one) =>
    isNamed(one, ref) ? { ...one, known: learned(one.known) } : one,
  );
  return { ...state, subjects };
}

function withProgress(state: PageState, { of, stage, fraction }: Message<'progress'>): PageState {
  const subjects = state.subjects.map((subject, place) =>
    place === of ? { ...subject, progress: { stage, fraction } } : subject,
  );
  return { ...state, subjects };
}

type Message<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

export function isBusy({ status }: Subject): boolean {
  return status.kind === 'working' || status.kind === 'restarted';
}
