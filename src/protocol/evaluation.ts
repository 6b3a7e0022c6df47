/** One picture's numbers in an evaluation. */

import type { Prediction } from './explanation.js';
import type { MethodId } from './methods.js';
import type { MetricId } from './metrics.js';

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
