import type { GraphBuilder, Value } from '../onnx/builder.js';
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
    const twice = builder.add(square, square);
    const denominator = builder.add(twice, sum);
    const terms = ratio(builder, builder.positive(cube), denominator);
    const weights = builder.reduceSum(terms, [1], false);
    const sizes = builder.reduceSum(builder.op('Abs', [builder.mul(activation, cube)]), [1], true);
    return {
      weights,
      map: builder.positive(weightedSum(builder, weights, activation)),
      byRounding: shareAtPoles(builder, terms, { denominator, sizes: builder.add(twice, sizes) }),
    };
  },
};

/** A denominator this small against the sizes of what it is the sum of is what rounding left of it. */
const POLE = 1e-3;

/** Which part of the weights' terms, by magnitude, is divided by what is left of terms that cancel out: float []. */
function shareAtPoles(
  builder: GraphBuilder,
  terms: Value,
  { denominator, sizes }: Readonly<Record<'denominator' | 'sizes', Value>>,
): Value {
  const atPole = builder.op('Less', [
    builder.op('Abs', [denominator]),
    builder.mul(sizes, builder.float(POLE)),
  ]);
  const all = builder.op('Abs', [terms]);
  const some = builder.op('Where', [atPole, all, builder.float(0)]);
  const total = (value: Value): Value => builder.reduceSum(value, [0, 1], false);
  return ratio(builder, total(some), total(all));
}
