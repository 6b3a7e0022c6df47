/** One picture's numbers in an evaluation. */

import type { OpenRequest } from './engineApi.js';
import type { Prediction } from './explanation.js';
import type { MethodId } from './methods.js';
import type { MetricId } from './metrics.js';

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
}

export interface PictureEvaluation {
  /** The five most probable classes, best first. */
  readonly predictions: readonly Prediction[];
  readonly target: Prediction;
  /** Share of the model's input that the regions of the class under test cover; null where none are marked. */
  readonly marked: number | null;
  /** In the order methods × layers. */
  readonly cells: readonly EvaluatedCell[];
}

export interface EvaluatedCell {
  readonly method: MethodId;
  readonly tensor: string;
  /** What a metric says of this map; null where it is not defined for it. Not multiplied by the metric's factor. */
  readonly values: Readonly<Partial<Record<MetricId, number | null>>>;
}
