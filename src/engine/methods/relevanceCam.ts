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
    const map = isSigned
      ? bySign(builder, activation, relevance, weights)
      : weightedSum(builder, weights, activation);
    return { weights, map };
  },
};

/** With α = α⁺ + α⁻ and A⁻ = A − A⁺ the map is Σ_k (α_k A_k⁺ − α_k⁻ A_k). */
function bySign(builder: GraphBuilder, activation: Value, relevance: Value, weights: Value): Value {
  const positive = builder.positive(activation);
  const onPositive = builder.mul(relevance, builder.isPositive(activation));
  const negativeWeights = builder.sub(weights, builder.reduceSum(onPositive, [1], false));
  return builder.sub(
    weightedSum(builder, weights, positive),
    weightedSum(builder, negativeWeights, activation),
  );
}
