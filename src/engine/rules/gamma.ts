import { GAMMA } from '../../protocol/reading.js';
import type { Value } from '../onnx/builder.js';
import { ratio } from './ratio.js';
import type { RuleContext } from './rule.js';

/** A sum y = Σ_i z_i + bias as the γ rule sees it. */
export interface SignedSum {
  /** The result with its bias. */
  readonly y: Value;
  /** Σ z_i, without the bias. */
  readonly total: Value;
  /** Σ |z_i| */
  readonly size: Value;
}

/** What every operand is multiplied with, both of the shape of y. */
export interface GammaQuotient {
  /** s = R ⊘ (y + γ Σ z_i^±), where z^± is the part of z that has the sign of y. */
  readonly s: Value;
  /** s with the sign of y. */
  readonly turned: Value;
}

/**
 * The γ rule (Montavon et al., 2019) with the operator's real output, for results of either sign:
 * R_i = (z_i + γ z_i^±) ⊘ (y + γ Σ z_i^±) R. With z^± = (z ± |z|) / 2 it needs no z_i by itself.
 */
export function gammaQuotient(
  { builder }: RuleContext,
  relevance: Value,
  { y, total, size }: SignedSum,
): GammaQuotient {
  const isNegative = builder.op('Less', [y, builder.float(0)]);
  const signed = (value: Value): Value => builder.op('Where', [isNegative, builder.neg(value), value]);
  const part = builder.mul(builder.add(total, signed(size)), builder.float(GAMMA / 2));
  const s = ratio(builder, relevance, builder.add(y, part));
  return { s, turned: signed(s) };
}

/**
 * What an operand x takes: (1 + γ/2) x ⊙ fᵀ(s; w) + γ/2 |x| ⊙ fᵀ(±s; |w|), of which x is a factor.
 * @param plain fᵀ(s; w)
 * @param turned fᵀ(±s; |w|)
 */
export function gammaShare({ builder }: RuleContext, x: Value, plain: Value, turned: Value): Value {
  const [a, b] = [
    builder.mul(plain, builder.float(1 + GAMMA / 2)),
    builder.mul(turned, builder.float(GAMMA / 2)),
  ];
  const share = builder.add(builder.mul(x, a), builder.mul(builder.op('Abs', [x]), b));
  return builder.multiple(share, x, () => builder.add(a, builder.mul(builder.op('Sign', [x]), b)));
}
