import type { GraphBuilder, Value } from '../onnx/builder.js';
import type { RuleContext } from './rule.js';

/** Below this size a denominator counts as zero (ARCHITECTURE.md, a ⊘ b). */
const EPSILON = 1e-9;

/** Added to a denominator ≥ 0 in place of a comparison: far below every z that matters, far above the smallest float. */
export const GUARD = 1e-12;

/**
 * a ⊘ b for a denominator b ≥ 0 whose zeros are zeros of what the quotient is multiplied with afterwards, as in every
 * z⁺ rule: there, a guard added to the denominator does the same as setting the quotient to 0, in one operator.
 */
export function ratioOfPositive({ builder }: RuleContext, a: Value, b: Value): Value {
  return builder.div(a, builder.add(b, builder.float(GUARD)));
}

/** a ⊘ b for any denominator; NaN, which is neither small nor large, stays. */
export function ratio(builder: GraphBuilder, a: Value, b: Value): Value {
  const isSmall = builder.op('LessOrEqual', [builder.op('Abs', [b]), builder.float(EPSILON)]);
  return builder.op('Where', [isSmall, builder.float(0), builder.div(a, b)]);
}

/**
 * R ⊘ s for a sum s that is read by y = Relu(s) alone. Where R was made as y ⊙ c, as it is in residual networks, the
 * quotient is c wherever y > 0 and 0 elsewhere, without a division.
 */
export function ratioOfRectified(
  context: RuleContext,
  relevance: Value,
  sum: Value,
  rectified: Value,
): Value {
  const { builder } = context;
  const cofactor = builder.cofactor(relevance, rectified);
  return cofactor === null
    ? ratio(builder, relevance, sum)
    : builder.mul(cofactor, builder.isPositive(rectified));
}
