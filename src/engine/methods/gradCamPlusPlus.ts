import { ratio } from '../rules/ratio.js';
import { type Method, weightedSum } from './method.js';
import { gradientSeed } from './seed.js';

/**
 * Grad-CAM++ (Chattopadhay et al., WACV 2018, eq. 19): α_k = Σ_xy a_k ⊙ ReLU(g) with
 * a_k = g² ⊘ (2 g² + Σ_xy A_k g³) and g = ∂z_t/∂A_k; the map is ReLU(Σ_k α_k A_k).
 */
export const gradCamPlusPlus: Method = {
  pass: 'derivative',
  seed: gradientSeed,
  explain: (builder, activation, gradient) => {
    const square = builder.mul(gradient, gradient);
    const cube = builder.mul(square, gradient);
    const sum = builder.reduceSum(builder.mul(activation, cube), [1], true);
    // g² ⊙ ReLU(g) = ReLU(g³)
    const terms = ratio(builder, builder.positive(cube), builder.add(builder.add(square, square), sum));
    const weights = builder.reduceSum(terms, [1], false);
    return { weights, map: builder.positive(weightedSum(builder, weights, activation)) };
  },
};
