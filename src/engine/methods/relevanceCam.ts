import type { GraphBuilder, Value } from '../onnx/builder.js';
import { type Method, weightedSum } from './method.js';
import { contrastiveSeed } from './seed.js';

/**
 * Relevance-CAM (Lee et al., CVPR 2021, eq. 9): α_k = Σ_xy R_k and the map Σ_k α_k A_k, without a ReLU. Of signed
 * activations each sign weighs for itself: Σ_k (α_k⁺ A_k⁺ − α_k⁻ A_k⁻), where α_k⁺ and α_k⁻ sum R over A > 0 and A ≤ 0.
 */
export const relevanceCam: Method = {
  pass: 'relevance',
  seed: contrastiveSeed,
  explain: (builder, activation, relevance, isSigned) => {
    const weights = builder.reduceSum(relevance, [1], false);
    const map = isSigned ? bySign(builder, activation, relevance) : weightedSum(builder, weights, activation);
    return { weights, map };
  },
};

function bySign(builder: GraphBuilder, activation: Value, relevance: Value): Value {
  const isPositive = builder.op('Greater', [activation, builder.float(0)]);
  const zero = builder.float(0);
  const side = (branches: readonly Value[], part: Value): Value =>
    weightedSum(
      builder,
      builder.reduceSum(builder.op('Where', [isPositive, ...branches]), [1], false),
      builder.positive(part),
    );
  return builder.add(side([relevance, zero], activation), side([zero, relevance], builder.neg(activation)));
}
