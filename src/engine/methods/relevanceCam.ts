import { type Method, weightedSum } from './method.js';
import { contrastiveSeed } from './seed.js';

/** Relevance-CAM (Lee et al., CVPR 2021, eq. 9): α_k = Σ_xy R_k and the map Σ_k α_k A_k, without a ReLU. */
export const relevanceCam: Method = {
  pass: 'relevance',
  seed: contrastiveSeed,
  explain: (builder, activation, relevance) => {
    const weights = builder.reduceSum(relevance, [1], false);
    return { weights, map: weightedSum(builder, weights, activation) };
  },
};
