import type { MethodId } from '../../protocol/methods.js';
import type { GraphBuilder, Value } from '../compile/builder.js';
import type { Pass } from '../rules/rule.js';

/** A method that explains every layer from one forward and one backward pass. */
export interface Method {
  readonly id: MethodId;
  readonly pass: Pass;
  /**
   * What the backward pass starts with.
   * @param logits float [N]
   * @param target int64 [1]
   * @returns float [N]
   */
  seed(builder: GraphBuilder, logits: Value, target: Value, classes: number): Value;
  /**
   * @param activation float [C, H·W]
   * @param carried what the pass brought to the layer, of the same shape
   * @returns the channel weights α, float [C]
   */
  weights(builder: GraphBuilder, activation: Value, carried: Value): Value;
  /**
   * @param activation float [C, H·W]
   * @param weights float [C]
   * @returns float [H·W]
   */
  map(builder: GraphBuilder, activation: Value, weights: Value): Value;
}
