import type { Method } from './method.js';
import { gradientSeed } from './seed.js';

/**
 * LayerCAM (Jiang et al., IEEE TIP 2021, eq. 6 and 7): every position has a weight of its own,
 * ReLU(Σ_k ReLU(∂z_t/∂A_k) ⊙ A_k).
 */
export const layerCam: Method = {
  pass: 'derivative',
  seed: gradientSeed,
  explain: (builder, activation, gradient) => {
    const weighted = builder.mul(builder.positive(gradient), activation);
    return { weights: null, map: builder.positive(builder.reduceSum(weighted, [0], false)) };
  },
};
