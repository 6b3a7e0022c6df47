import type { Method } from './method.js';
import { contrastiveSeed, logitSeed } from './seed.js';

/** Σ_k R_k */
const relevanceOfAllChannels: Method['explain'] = (builder, _, relevance) => ({
  weights: null,
  map: builder.reduceSum(relevance, [0], false),
});

/** Layer-wise relevance propagation by the z⁺ rule (Bach et al., 2015; Montavon et al., 2017), begun with z_t alone. */
export const lrp: Method = {
  pass: 'relevance',
  seed: logitSeed,
  classifierOnTokens: true,
  explain: relevanceOfAllChannels,
};

/** Contrastive LRP (Gu et al., ACCV 2018): the same, begun with the contrastive seed. */
export const clrp: Method = { pass: 'relevance', seed: contrastiveSeed, explain: relevanceOfAllChannels };
