import { contrastiveSeed } from '../compile/seed.js';
import type { Method } from './method.js';

/** Relevance-CAM (Lee et al., CVPR 2021, eq. 9): α_k = Σ_xy R_k and the map Σ_k α_k A_k, without a ReLU. */
export const relevanceCam: Method = {
  id: 'relevance-cam',
  pass: 'relevance',
  seed: contrastiveSeed,
  weights: (builder, _, relevance) => builder.reduceSum(relevance, [1], false),
  map: (builder, activation, weights) => builder.op('MatMul', [weights, activation]),
};
