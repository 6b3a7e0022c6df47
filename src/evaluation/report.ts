import type { EngineFailure } from '../protocol/errors.js';
import type { MethodId } from '../protocol/methods.js';
import type { MetricId } from '../protocol/metrics.js';
import type { Preprocessing } from '../protocol/model.js';

/** A finished evaluation as its file `*.relcam.json` holds it: numbers per picture, from which every mean follows. */
export interface EvaluationReport {
  readonly format: 'relevance-cam-evaluation';
  readonly version: 1;
  /** Of the program that made it. */
  readonly program: string;
  readonly model: ReportModel;
  readonly plan: ReportPlan;
  /** By `file`, in natural order. */
  readonly pictures: readonly ReportPicture[];
  /** Pictures that could not be evaluated. */
  readonly failed: readonly { readonly file: string; readonly failure: EngineFailure }[];
  /** Names in the ground truth that are no class of the model, and how many pictures say them. */
  readonly unmatched: readonly { readonly name: string; readonly pictures: number }[];
}

export interface ReportModel {
  /** Relative to the report's folder. */
  readonly file: string;
  /** SHA-256 of its bytes and of those of its data files. */
  readonly sha256: string;
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** What was asked for; with the same pictures and model it gives the same report. */
export interface ReportPlan {
  /** Of the pictures, relative to the report's folder. */
  readonly root: string;
  readonly methods: readonly MethodId[];
  /** Shallow to deep. */
  readonly layers: readonly ReportLayer[];
  readonly metrics: readonly MetricId[];
  /** How many pictures were drawn of all there are; null for all. */
  readonly limit: number | null;
  readonly seed: number;
  /** Whether means are over the correctly classified pictures alone. */
  readonly onlyCorrect: boolean;
  /** The part of the plan that this report covers; null for all of it. */
  readonly shard: { readonly index: number; readonly count: number } | null;
}

export interface ReportLayer {
  readonly tensor: string;
  /** As the layer tree calls it. */
  readonly label: string;
  readonly height: number;
  readonly width: number;
}

export interface ReportPicture {
  /** Relative to the plan's root, with forward slashes. */
  readonly file: string;
  /** The classes it shows as far as somebody says; the first is what counts for accuracy. */
  readonly expected: readonly number[];
  readonly predicted: number;
  /** Of the predicted class; null where the model's values are no probabilities. */
  readonly probability: number | null;
  /** The class under test. */
  readonly target: number;
  /**
   * values[method][layer][metric] in the plan's order; null where it is not defined. Not multiplied by the metric's factor.
   */
  readonly values: readonly (readonly (readonly (number | null)[])[])[];
}
