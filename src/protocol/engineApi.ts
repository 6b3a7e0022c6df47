import type { Annotations, Marks } from './annotations.js';
import type { PictureEvaluation } from './evaluation.js';
import type {
  ClassValue,
  Display,
  Explanation,
  LayerExplanation,
  Picture,
  Thumbnail,
} from './explanation.js';
import type { MethodId } from './methods.js';
import type { MetricId } from './metrics.js';
import type { ModelInfo, Preprocessing } from './model.js';
import type { ModelSettings } from './modelSettings.js';
import type { Truth, TruthRequest } from './truth.js';
import type { SanityChain, SanityMethodId, SanityResult } from './sanity.js';

/** The background process, as everybody outside it sees it. Every call may throw an `EngineFailure` (errors.ts). */
export interface EngineApi {
  /** Reads and prepares a model; a second call for an unchanged file answers from the cache. */
  open(request: OpenRequest, call: Call): Promise<ModelInfo>;
  /** Explains one picture for one class, at every layer asked for. */
  explain(request: ExplainRequest, call: Call): Promise<Explanation>;
  /**
   * Explains one picture by several methods and for several classes, which share their passes.
   * @returns one explanation per method and class, the first method's first
   */
  compare(request: CompareRequest, call: Call): Promise<readonly Explanation[]>;
  /** How maps change while the model loses what it has learned, a module at a time; partial results go to `Call.sanity`. */
  sanity(request: SanityRequest, call: Call): Promise<SanityResult>;
  /** The picture itself, for showing. */
  picture(request: PictureRequest, call: Call): Promise<Picture>;
  /** A picture in small, for a list of them. */
  thumbnail(request: ThumbnailRequest, call: Call): Promise<Thumbnail>;
  /** What files mark in the picture; one that cannot be used is no failure of the call. */
  annotations(request: AnnotationsRequest, call: Call): Promise<Annotations>;
  /** Which classes pictures show, by what `annotations` reads and by their folders. */
  truth(request: TruthRequest, call: Call): Promise<Truth>;
  /** What each of the usual presets predicts for the picture. */
  tryPresets(request: TryPresetsRequest, call: Call): Promise<readonly PresetTrial[]>;
  /** Metrics of one picture's maps, by several methods at several layers. */
  evaluate(request: EvaluateRequest, call: Call): Promise<PictureEvaluation>;
  /** The bytes of the files of one export. */
  exportLayer(request: ExportRequest, call: Call): Promise<readonly ExportedFile[]>;
}

/** What a person waits for goes before a job; a job lets it in between its steps. */
export type Lane = 'person' | 'job';

/** Progress and cancellation of one call. */
export interface Call {
  readonly signal: AbortSignal;
  /** A person's where nothing is said. */
  readonly lane?: Lane;
  /** The engine works on this call from now on, until it says so of another one or answers. */
  turn?(): void;
  /** `fraction` 0 … 1, or null where the end is not known. */
  progress(stage: Stage, fraction: number | null): void;
  /** What is known before a long call ends; the next replaces it. */
  partial?(explanations: readonly Explanation[]): void;
  /** The same of a sanity check: its steps so far. */
  sanity?(result: SanityResult): void;
}

/** `wait`: others have their turn; `score`: the forward passes of Score-CAM. */
export type Stage = 'wait' | 'read' | 'simplify' | 'compile' | 'decode' | 'run' | 'score';

export interface OpenRequest {
  readonly model: string;
  /** What stands in place of the weights in the model's own files, where something does. */
  readonly weights?: WeightsChoice;
  /** Settings of the user for this model, already matched by glob. */
  readonly settings: ModelSettings;
  /**
   * Whether it is one of the checkpoints of a training: then what is made ready for it serves all of its graph. Results may
   * differ in the last digits from those of the same model by itself.
   */
  readonly isCheckpoint?: boolean;
}

/** Which model: a graph, with its own weights or those of a checkpoint. */
export type ModelChoice = Pick<OpenRequest, 'model' | 'weights'>;

/** A checkpoint of weights that people save while training, for the graph in a model's file. */
export interface WeightsChoice {
  /** .safetensors, what torch.save writes, or the index of several such files. */
  readonly file: string;
  /** The checkpoint from which the graph was exported; null where nobody says which. */
  readonly reference: string | null;
  /** Other checkpoints of the run: one of them may turn out to be the reference, by its values. */
  readonly candidates?: readonly string[];
}

export interface ExplainRequest extends OpenRequest {
  readonly method: MethodId;
  readonly source: InputSource;
  /** Class index; null for the predicted one. */
  readonly target: number | null;
  /** Names of tensors; null for every feature map. */
  readonly layers: readonly string[] | null;
  /** One of these, told to `Call.partial` before the others where those take longer: it is what a person waits for. */
  readonly first?: string;
  /** How many of the heaviest channels come with their activation. */
  readonly top: number;
}

export interface CompareRequest extends OpenRequest {
  readonly methods: readonly MethodId[];
  readonly source: InputSource;
  /** Class indices; null for the predicted one. */
  readonly targets: readonly (number | null)[];
  /** Names of tensors; null for every feature map. The name of the input asks for its pixels. */
  readonly layers: readonly string[] | null;
  /** How many of the heaviest channels come with their activation. */
  readonly top: number;
  /** Whether those channels come with what the backward pass carried to them. */
  readonly carried: boolean;
}

export interface SanityRequest extends OpenRequest {
  readonly sources: readonly InputSource[];
  /** Class index; null for the one predicted of each picture. */
  readonly target: number | null;
  readonly methods: readonly SanityMethodId[];
  /** Names of tensors; the input's name asks for its pixels. */
  readonly layers: readonly string[];
  /** The same seed draws the same weights. */
  readonly seed: number;
  /** By source, what an earlier call for the same told before it was stopped: it is not computed again. */
  readonly known?: readonly (readonly SanityChain[])[];
}

/** Where the model's input comes from. */
export type InputSource =
  | { readonly kind: 'image'; readonly path: string }
  /** A float32 .npy of the input's shape, taken as it is. */
  | { readonly kind: 'array'; readonly path: string };

export interface PictureRequest {
  readonly path: string;
  readonly preprocessing: Preprocessing;
  readonly maxSide: number;
}

export interface ThumbnailRequest {
  readonly path: string;
  /** The longest side in pixels. */
  readonly side: number;
}

export interface AnnotationsRequest {
  /** Of the picture. */
  readonly path: string;
  /** The size of the file's picture. */
  readonly width: number;
  readonly height: number;
  readonly preprocessing: Preprocessing;
  /** The model's, one per class. */
  readonly labels: readonly string[];
  /** Files and folders that mark something in pictures; they go before what lies beside the picture. */
  readonly sources: readonly string[];
}

export interface TryPresetsRequest extends OpenRequest {
  readonly image: string;
}

export interface PresetTrial extends ClassValue {
  readonly name: string;
  readonly preprocessing: Preprocessing;
  /** Of the class that it predicts. */
  readonly index: number;
  readonly label: string;
}

export interface EvaluateRequest extends OpenRequest {
  /** Absolute path of the picture. */
  readonly picture: string;
  /** The class under test; null for the predicted one. */
  readonly target: number | null;
  /** Where what is marked in the picture may stand besides what lies beside it: files and folders. */
  readonly sources: readonly string[];
  readonly methods: readonly MethodId[];
  /** Names of tensors. */
  readonly layers: readonly string[];
  readonly metrics: readonly MetricId[];
  /** Of whatever a metric draws at random. */
  readonly seed: number;
  /** Whether to tell how much each channel of the layers is excited, by Relevance-CAM, which must be among the methods. */
  readonly channels: boolean;
}

export const EXPORT_KINDS = ['overlay', 'map', 'raw', 'weights'] as const;
/** overlay, map: PNG · raw: JSON and .npy · weights: CSV */
export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportRequest extends ExplainRequest {
  readonly tensor: string;
  readonly kinds: readonly ExportKind[];
  readonly display: Display;
  /** Whether an overlay shows what the model sees alone, or the whole picture. */
  readonly cropOnly: boolean;
  /** Outlined on an overlay; null for nothing. */
  readonly marks: Marks | null;
  /** Absolute; paths in the files are told from here. */
  readonly folder: string;
  /** What is known of a layer whose passes were stopped, to be exported as it is; null for the whole. */
  readonly partial: PartialLayer | null;
}

export interface PartialLayer {
  readonly layer: LayerExplanation;
  /** Which part of the method's passes it is made of, 0 … 1. */
  readonly through: number;
}

export interface ExportedFile {
  /** File name without folder, e.g. `zebra.resnet50.layer2.zebra.grad-cam.overlay.png`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
