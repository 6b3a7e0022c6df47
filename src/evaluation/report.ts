import type { EngineFailure } from '../protocol/errors.js';
import type { MethodId } from '../protocol/methods.js';
import type { MetricId } from '../protocol/metrics.js';
import type { Preprocessing, ReceptiveField } from '../protocol/model.js';
import type { ReportChannels } from './channels/excited.js';

export const REPORT_FORMAT = 'relevance-cam-evaluation';
/** Rises where an older program would misread a file. */
export const REPORT_VERSION = 1;

/** A finished evaluation as its file `*.relcam.json` holds it: numbers per picture, from which every mean follows. */
export interface EvaluationReport extends EvaluationHead {
  readonly format: typeof REPORT_FORMAT;
  readonly version: typeof REPORT_VERSION;
  /** By `file`, in natural order. */
  readonly pictures: readonly ReportPicture[];
  /** Pictures that could not be evaluated, by `file`. */
  readonly failed: readonly FailedPicture[];
  /** Pictures that were evaluated without what is marked in them, as that could not be read; absent where there is none. */
  readonly unread?: readonly FailedPicture[];
  /** Names in the ground truth that are no class of the model, and of how many pictures they are said. */
  readonly unmatched: readonly { readonly name: string; readonly pictures: number }[];
  /** Absent where the plan asks for none. */
  readonly channels?: ReportChannels;
}

/** What tells an evaluation from others. */
export interface EvaluationHead {
  /** Of the program that made it. */
  readonly program: string;
  readonly model: ReportModel;
  readonly plan: ReportPlan;
}

export interface FailedPicture {
  readonly file: string;
  /** Names what could not be read as `file` does. */
  readonly failure: EngineFailure;
}

export interface ReportModel {
  /** Relative to the report's folder, with forward slashes. */
  readonly file: string;
  /** SHA-256 of its bytes and of those of its data files and of the checkpoint whose weights it has. */
  readonly sha256: string;
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** The name of the model's file, without its folders. */
export function modelName({ file }: Pick<ReportModel, 'file'>): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** What was asked for; with the same pictures and model it gives the same report. */
export interface ReportPlan {
  /** Of the pictures, relative to the report's folder. */
  readonly root: string;
  /** How many pictures there are below it. */
  readonly found: number;
  /** SHA-256 of the names of those that were drawn, which all parts of a plan have in common. */
  readonly drawn: string;
  /** What else says what they show, relative to the report's folder. */
  readonly sources: readonly string[];
  readonly methods: readonly MethodId[];
  /** Shallow to deep. */
  readonly layers: readonly ReportLayer[];
  readonly metrics: readonly MetricId[];
  /** How many pictures were drawn of all there are; null for all. */
  readonly limit: number | null;
  readonly seed: number;
  /** Whether means are over the correctly classified pictures alone. */
  readonly onlyCorrect: boolean;
  /** Whether it is kept which pictures excite the layers' channels most. */
  readonly channels: boolean;
  /** The part of the plan that this report covers, the first being 1; null for all of it. */
  readonly shard: Shard | null;
}

export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface ReportLayer {
  readonly tensor: string;
  /** As the layer tree calls it. */
  readonly label: string;
  readonly height: number;
  readonly width: number;
  /** On which part of the picture a position depends; absent where that is all of it. */
  readonly field?: ReceptiveField;
}

export interface ReportPicture {
  /** Relative to the plan's root, with forward slashes. */
  readonly file: string;
  /** The classes it shows as far as somebody says, the most likely subject first. It is classified correctly as any of them. */
  readonly expected: readonly number[];
  readonly predicted: number;
  /** Of the predicted class; null where the model's values are no probabilities. */
  readonly probability: number | null;
  /** The class under test. */
  readonly target: number;
  /**
   * The class whose regions its map is compared with, and the share of the input that they cover; null where none are
   * marked. Where the class under test is not marked, or none of the expected ones, it is the first expected one that is
   * marked.
   */
  readonly marked: { readonly target: number; readonly share: number } | null;
  /**
   * values[method][layer][metric] in the plan's order; null where it is not defined. Not multiplied by the metric's factor.
   */
  readonly values: readonly (readonly (readonly (number | null)[])[])[];
}
