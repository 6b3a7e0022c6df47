import type { Blocker } from '../../protocol/model.js';
import type { FeatureMap } from '../layers/grid.js';
import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { Analysis } from '../rules/analysis.js';
import type { Pass } from '../rules/rule.js';
import type { Rows } from './seed.js';

/** A method that explains every layer from one forward and one backward pass. */
export interface Method {
  readonly pass: Pass;
  /**
   * What the backward pass starts with.
   * @param target int64 [1]
   * @returns one value per row
   */
  seed(builder: GraphBuilder, rows: Rows, target: Value): Value;
  /** Whether the classifier is an operator on tokens where tokens enter it; it is none where absent. */
  readonly classifierOnTokens?: boolean;
  /** Why the method cannot explain a layer that its pass reaches; null where it can. All can where absent. */
  readonly excludes?: (analysis: Analysis, layer: FeatureMap, rows: Value) => Blocker | null;
  /**
   * @param activation float [C, H·W]
   * @param carried what the pass brought to the layer, of the same shape
   * @param isSigned whether the activation may be negative and is not to be rectified
   */
  explain(builder: GraphBuilder, activation: Value, carried: Value, isSigned: boolean): LayerValues;
}

export interface LayerValues {
  /** float [H·W] */
  readonly map: Value;
  /** The channel weights α, float [C]; null for a method that weighs none. */
  readonly weights: Value | null;
  /** Which part of the weights rounding decides, float [], where a method may be undecided. */
  readonly byRounding?: Value;
}

/** Σ_k α_k A_k, float [H·W]. */
export function weightedSum(builder: GraphBuilder, weights: Value, activation: Value): Value {
  return builder.op('MatMul', [weights, activation]);
}
