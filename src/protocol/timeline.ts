/** Messages between the extension host and the timeline's page: what the checkpoints of training runs look at. */

import type {
  BlockedLayer,
  Display,
  LayerExplanation,
  Picture,
  Prediction,
  TopChannel,
} from './explanation.js';
import type { MethodId } from './methods.js';
import type { ModelInfo } from './model.js';
import type { NeedStatus, PanelAnnotations, PanelMessage } from './panel.js';
import type { PanelStrings } from './panelStrings.js';

/** Host → page. */
export type TimelineHostMessage =
  /** What snapshots refer to by this number: sent once, before the first snapshot that does. */
  | { readonly type: 'model'; readonly id: number; readonly model: ModelInfo }
  | { readonly type: 'picture'; readonly id: number; readonly picture: Picture }
  /** Everything the page shows but results; replaces the one before, and what it does not refer to is no longer needed. */
  | { readonly type: 'snapshot'; readonly timeline: TimelineSnapshot }
  /** What was needed, bit by bit; stays true for as long as its checkpoint and picture are in the snapshot. */
  | { readonly type: 'results'; readonly results: readonly CheckpointResult[] }
  /** How a need fares as a whole: of everything asked for, `fraction` is there. */
  | { readonly type: 'needStatus'; readonly id: number; readonly status: NeedStatus };

/** Page → host. */
export type TimelineMessage =
  /** The page listens and knows nothing, results included; the host answers with all that it shows. */
  | { readonly type: 'ready' }
  /** What the page lacks; replaces what was needed before. null: nothing more, what is under way is cancelled. */
  | { readonly type: 'need'; readonly need: TimelineNeed | null }
  /** null: back to the expected class, or else the last checkpoint's prediction. */
  | { readonly type: 'selectClass'; readonly picture: number; readonly index: number | null }
  | { readonly type: 'selectMethod'; readonly method: MethodId }
  /** The host asks the user for them. */
  | { readonly type: 'addPictures' }
  | { readonly type: 'removePicture'; readonly picture: number }
  | { readonly type: 'addRun' }
  | { readonly type: 'removeRun'; readonly run: string }
  /** The host asks the user what a run's weights are put into. */
  | { readonly type: Remedy; readonly run: string }
  /** Explains a failed checkpoint again, or one that was skipped after all. */
  | { readonly type: 'retry'; readonly checkpoint: number }
  /** Explains this picture with this checkpoint in a panel of its own. */
  | { readonly type: 'openCheckpoint'; readonly checkpoint: number; readonly picture: number }
  /** A picture that the page has drawn, to be saved as a file. */
  | Extract<PanelMessage, { type: 'saveFigure' }>
  /** The numbers behind what is shown, to be saved as a file. */
  | { readonly type: 'saveTable'; readonly name: string; readonly csv: string }
  | { readonly type: 'showLog' }
  /** For assistive technology the page speaks itself; this one is for the status bar. */
  | { readonly type: 'notify'; readonly text: string };

export interface TimelineSnapshot {
  readonly runs: readonly Run[];
  /** The probe set, in the order in which it is shown. */
  readonly pictures: readonly ProbePicture[];
  readonly method: MethodId;
  /** The engine died and what was asked is being repeated. */
  readonly restarted: boolean;
}

/** Checkpoints of one training. */
export interface Run {
  /** Made by the host, which finds the run again by it, in another session too. */
  readonly id: string;
  readonly name: string;
  /** What all checkpoints have in common, the layer tree above all; null until the first one was opened. */
  readonly model: number | null;
  /** Whole models, or weights alone, of which the graph and its reference can be chosen. */
  readonly kind: 'graph' | 'weights';
  readonly unit: StepUnit;
  /** By rising step. */
  readonly checkpoints: readonly Checkpoint[];
  /** New files are looked for. */
  readonly live: boolean;
  /** Why there is nothing to see of the whole run; null where nothing is wrong. */
  readonly problem: Problem | null;
}

export interface Problem {
  /** A localised sentence. */
  readonly text: string;
  /** What the user can choose to mend it; null where that is nothing. */
  readonly remedy: Remedy | null;
}

/** Choosing the graph that weights are put into, or the checkpoint that it was exported from. */
export type Remedy = 'chooseGraph' | 'chooseReference';

/** What a step is: a number that the names call an epoch, any other, or the place in the order of time. */
export type StepUnit = 'epoch' | 'step' | 'place';

export interface Checkpoint {
  /** Names one state of one file: an overwritten file gets another number. */
  readonly id: number;
  /** Path within the run: tells the file among the run's, whatever its state. */
  readonly name: string;
  /** Told apart within the run; some may be missing. */
  readonly step: number;
  readonly state: CheckpointState;
}

export type CheckpointState =
  /** Still being written. */
  | { readonly kind: 'writing' }
  | { readonly kind: 'queued' }
  | { readonly kind: 'working' }
  /** What was needed of it is known. */
  | { readonly kind: 'done' }
  /** The run writes faster than its checkpoints can be explained, so newer ones went first. */
  | { readonly kind: 'skipped' }
  | ({ readonly kind: 'failed' } & Problem)
  /** The file is gone: of what is needed, only what was computed before still comes. */
  | { readonly kind: 'deleted' };

export interface ProbePicture {
  /** Names one state of the file, of its preprocessing and of what is marked in it. */
  readonly id: number;
  readonly path: string;
  readonly name: string;
  /** null until it was read. */
  readonly picture: number | null;
  /** What files beside the picture mark in it; null until they were looked for. */
  readonly annotations: PanelAnnotations | null;
  /** The class explained at every checkpoint; null until one has predicted. */
  readonly target: ExplainedClass | null;
  /** Why it cannot be explained, as a localised sentence; null where it can. */
  readonly problem: string | null;
}

export interface ExplainedClass {
  readonly index: number;
  readonly label: string;
  /** Chosen by the user, the class that the picture should have, or what the last checkpoint predicts. */
  readonly by: 'user' | 'expected' | 'last';
}

/** By the snapshot's method and each picture's class. */
export interface TimelineNeed {
  /** Numbered by the page. */
  readonly id: number;
  /** In the order in which they are wanted. */
  readonly parts: readonly TimelineNeedPart[];
}

/** Every picture at every checkpoint, one checkpoint after the other. */
export interface TimelineNeedPart {
  readonly checkpoints: readonly number[];
  readonly pictures: readonly number[];
  /** Tensors; where there is none, the prediction alone is needed. */
  readonly layers: readonly string[];
}

/** One picture at one checkpoint; with other layers it may come again. */
export interface CheckpointResult {
  readonly checkpoint: number;
  readonly picture: number;
  readonly method: MethodId;
  /** The class explained, as this checkpoint sees it. */
  readonly target: Prediction;
  /** The most probable class. */
  readonly predicted: Prediction;
  readonly layers: readonly TimelineLayer[];
  /** The layers asked for that the method cannot explain, with the reason. */
  readonly blocked: readonly BlockedLayer[];
}

export interface TimelineLayer extends Omit<LayerExplanation, 'channels' | 'top'> {
  /** The three channels that weigh most, heaviest first; none where the method weighs none. */
  readonly top: readonly Pick<TopChannel, 'channel' | 'weight'>[];
}

/** How many of a layer's heaviest channels come with it. */
export const TIMELINE_TOP = 3;

/** What the page keeps by getState/setState; `version` changes with its shape. */
export interface TimelineState {
  readonly version: 2;
  /** By which the host restores the panel: ids of the runs, paths of the pictures. */
  readonly runs: readonly string[];
  readonly pictures: readonly string[];
  readonly method: MethodId;
  /** The classes that the user chose, by the paths of their pictures. */
  readonly targets: Readonly<Record<string, number>>;
  readonly display: Display;
  /** What only the page knows, in a shape of its own. */
  readonly choice: unknown;
}

/** Handed to the page in its HTML, before the first message. */
export interface TimelineBootstrap {
  readonly strings: PanelStrings;
  /** BCP 47 tag of the display language. */
  readonly locale: string;
  /** From the settings; used where the page has no state of its own. */
  readonly display: Display;
}
