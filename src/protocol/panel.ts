/** Messages between the extension host and the panel's page. */

import type { Annotations, Marks } from './annotations.js';
import type { ExportKind, ModelChoice, PartialLayer, Stage } from './engineApi.js';
import type { ClassValue, Display, Explanation, Picture } from './explanation.js';
import type { FilmstripMessage, FilmstripRequest } from './filmstrip.js';
import type { MethodId } from './methods.js';
import type { ModelInfo, Preprocessing, PreprocessingSource } from './model.js';
import type { PanelStrings } from './panelStrings.js';
import type { SanityCheck, SanityPart } from './sanity.js';

/** Host → page. */
export type HostMessage =
  | FilmstripMessage
  /** What snapshots refer to by this number: sent once, before the first snapshot that does. */
  | { readonly type: 'model'; readonly id: number; readonly model: ModelInfo }
  | { readonly type: 'picture'; readonly id: number; readonly picture: Picture }
  | { readonly type: 'explanation'; readonly id: number; readonly explanation: Explanation }
  /** Everything the page shows; replaces what it showed before, and what it does not refer to is no longer needed. */
  | { readonly type: 'snapshot'; readonly subjects: readonly SubjectSnapshot[] }
  /** How far the work on the subject in this place of the list is; only while its status is `working`. */
  | {
      readonly type: 'progress';
      readonly of: number;
      readonly stage: Stage;
      readonly fraction: number | null;
    }
  /** What was needed, or a part of it; comes several times for one need. `partial`: made of this part of a method’s passes, 0 … 1; null: final. */
  | {
      readonly type: 'results';
      readonly subject: SubjectRef;
      readonly explanations: readonly Explanation[];
      readonly partial: number | null;
    }
  /** A sanity check that was needed, with its steps so far; replaces what was heard of the same map before. */
  | { readonly type: 'sanity'; readonly subject: SubjectRef; readonly check: SanityCheck }
  /** How a need fares. */
  | { readonly type: 'needStatus'; readonly id: number; readonly status: NeedStatus }
  /** Choose this layer (clicked in the sidebar). */
  | { readonly type: 'reveal'; readonly tensor: string }
  /** Export what is shown of the chosen layer, as it is shown. */
  | { readonly type: 'export'; readonly kinds: readonly ExportKind[] };

/** Page → host. */
export type PanelMessage =
  | FilmstripRequest
  /** The page listens and knows nothing; the host answers with all that it shows. */
  | { readonly type: 'ready' }
  | { readonly type: 'selectClass'; readonly index: number | null }
  | { readonly type: 'selectLayer'; readonly tensor: string }
  | { readonly type: 'selectMethod'; readonly method: MethodId }
  /** What a view lacks of the subject in this place of the list; replaces what it lacked before. null: nothing more. */
  | { readonly type: 'need'; readonly of: number; readonly need: Need | null }
  /** A picture that the page has drawn, to be saved as a file. */
  | {
      readonly type: 'saveFigure';
      readonly name: string;
      readonly format: 'png' | 'svg';
      readonly bytes: Uint8Array;
    }
  /** The numbers behind what is shown, to be saved as a file. */
  | { readonly type: 'saveValues'; readonly name: string; readonly text: string }
  | { readonly type: 'chooseModel' }
  /** Of the model that is compared with it. */
  | { readonly type: 'second'; readonly act: 'choose' | 'drop' | 'retry' | 'cancel' }
  | { readonly type: 'setExpected'; readonly index: number | null }
  /** null: back to what was found for the model. */
  | { readonly type: 'setPreprocessing'; readonly preprocessing: Preprocessing | null }
  | { readonly type: 'checkPreprocessing' }
  /** Which layer is best for this model, by a quick evaluation. */
  | { readonly type: 'adviseLayer' }
  /** Which pictures excite a channel, by a report of an evaluation. */
  | { readonly type: 'excitingPictures'; readonly tensor: string; readonly channel: number }
  | {
      readonly type: 'export';
      readonly kinds: readonly ExportKind[];
      readonly tensor: string;
      readonly display: Display;
      readonly cropOnly: boolean;
      readonly marks: Marks | null;
      /** What is shown of a layer whose passes were stopped. */
      readonly partial: PartialLayer | null;
    }
  | { readonly type: 'retry' }
  | { readonly type: 'cancel' }
  | { readonly type: 'showLog' }
  /** For assistive technology the page speaks itself; this one is for the status bar. */
  | { readonly type: 'notify'; readonly text: string };

/** What a view shows beyond the explanation of a subject. */
export type Need = NeedOf<'maps', NeedPart> | NeedOf<'sanity', SanityPart>;

interface NeedOf<Kind, Part> {
  readonly kind: Kind;
  /** Numbered by the page. */
  readonly id: number;
  readonly subject: SubjectRef;
  /** In the order in which they are wanted. */
  readonly parts: readonly Part[];
}

/** Every method with every class at every layer. */
export interface NeedPart {
  readonly methods: readonly MethodId[];
  readonly targets: readonly number[];
  /** Tensors; the name of the model's input stands for its pixels. */
  readonly layers: readonly string[];
  readonly top: number;
  readonly carried: boolean;
}

export type NeedStatus =
  | { readonly kind: 'working'; readonly stage: Stage | null; readonly fraction: number | null }
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  /** `text` is a localised sentence. */
  | { readonly kind: 'error'; readonly text: string };

/** Names a subject in one state of its picture, its model and its preprocessing. */
export interface SubjectRef {
  /** Path of the picture, and of the file that the weights come from. */
  readonly image: string;
  readonly model: string;
  /** Changes with the state: results of another revision are void. */
  readonly revision: number;
}

export function isSameSubject(a: SubjectRef, b: SubjectRef): boolean {
  return a.image === b.image && a.model === b.model && a.revision === b.revision;
}

/** A picture with a model. A panel shows a list of these: one, or two of the same picture where two models are compared. */
export interface Subject {
  /** See `SubjectRef`. */
  readonly revision: number;
  readonly image: { readonly path: string; readonly name: string };
  /** Of the picture among those of its folder; null until they were counted. */
  readonly place: FolderPlace | null;
  readonly model: ModelInfo | null;
  /** How the model was chosen for this subject alone; null where the workspace's explains it. */
  readonly own: ModelChoice | null;
  readonly picture: Picture | null;
  /** What files beside the picture mark in it; null until they were looked for. */
  readonly annotations: PanelAnnotations | null;
  /** Stays on screen while the next one is computed. */
  readonly explanation: Explanation | null;
  /** The class the picture should have: from its folder's name, or chosen by the user. */
  readonly expected: ExpectedClass | null;
  readonly preprocessing: { readonly value: Preprocessing; readonly source: PreprocessingSource } | null;
  readonly status: SubjectStatus;
}

/** In natural order of names. */
export interface FolderPlace {
  /** Counted from 1. */
  readonly place: number;
  readonly count: number;
}

export interface ExpectedClass extends ClassValue {
  readonly index: number;
  readonly label: string;
  readonly rank: number;
}

/** A subject on its way to the page, with the numbers under which its larger parts were sent. */
export interface SubjectSnapshot extends Omit<Subject, 'model' | 'picture' | 'explanation'> {
  readonly model: number | null;
  readonly picture: number | null;
  readonly explanation: number | null;
}

export interface PanelAnnotations extends Pick<Annotations, 'regions'> {
  /** One localised sentence for every file that could not be used. */
  readonly problems: readonly string[];
}

export type SubjectStatus =
  | { readonly kind: 'ready' }
  | { readonly kind: 'working' }
  /** `restarted`: the engine died and what was asked is being repeated. */
  | { readonly kind: 'restarted' }
  /** `text` is a localised sentence. */
  | { readonly kind: 'error'; readonly text: string }
  /** The user did not wait for the first explanation. */
  | { readonly kind: 'cancelled' }
  /** The workspace holds no model. */
  | { readonly kind: 'noModel' };

/**
 * From the lowest to the highest value of a map; the same without its strongest hundredth; one for all classes explained
 * for the picture.
 */
export const SCALE_MODES = ['own', 'clipped', 'shared'] as const;
export type ScaleMode = (typeof SCALE_MODES)[number];

/** What is drawn of a picture besides the map. */
export interface Framing {
  /** Outlines of what files beside the picture mark in it. */
  readonly marks: boolean;
  /** The part that the model sees alone. */
  readonly cropOnly: boolean;
}

/** What the page keeps by getState/setState; `version` changes with its shape. */
export interface PanelState {
  readonly version: 5;
  /** Id of the view chosen; null for the first one. */
  readonly view: string | null;
  /** What each view keeps, by its id, in a shape of its own. */
  readonly views: Readonly<Record<string, unknown>>;
  readonly image: string;
  /** Of each subject, the model chosen for it alone; null where the workspace's explains it. */
  readonly models: readonly (ModelChoice | null)[];
  readonly tensor: string | null;
  readonly target: number | null;
  readonly method: MethodId;
  readonly expected: number | null;
  readonly display: Display;
  readonly framing: Framing;
  /** Of the maps in Explain; `display.scale` is null here. */
  readonly scaleMode: ScaleMode;
}

/** Handed to the page in its HTML, before the first message. */
export interface PanelBootstrap {
  readonly strings: PanelStrings;
  /** BCP 47 tag of the display language. */
  readonly locale: string;
  /** From the settings; used where the page has no state of its own. */
  readonly display: Display;
  /** From the settings: how many of a layer's heaviest channels are shown. */
  readonly topChannels: number;
}
