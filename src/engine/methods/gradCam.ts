import { type Method, weightedSum } from './method.js';
import { gradientSeed } from './seed.js';

/** Grad-CAM (Selvaraju et al., ICCV 2017, eq. 1 and 2): α_k = mean_xy ∂z_t/∂A_k and the map ReLU(Σ_k α_k A_k). */
export const gradCam: Method = {
  pass: 'derivative',
  seed: gradientSeed,
  explain: (builder, activation, gradient) => {
    const weights = builder.reduceMean(gradient, [1], false);
    return { weights, map: builder.positive(weightedSum(builder, weights, activation)) };
  },
};
