import { input } from '../onnx/graph.js';
import { elementwise } from './elementwise.js';
import { always, likeInput, never, passThrough, type Rule, type RuleContext } from './rule.js';

export const elementaries: readonly Rule[] = [
  elementwise('Exp', always, (_, __, y) => y),
  elementwise('Log', never, ({ builder }, x) => builder.op('Reciprocal', [x])),
  elementwise('Sqrt', always, ({ builder }, _, y) => builder.div(builder.float(0.5), y)),
  elementwise('Abs', always, ({ builder }, x) => builder.op('Sign', [x])),
  elementwise('Reciprocal', likeInput, ({ builder }, _, y) => builder.neg(builder.mul(y, y))),
  elementwise('Neg', never, ({ builder }) => builder.float(-1)),
  /** Pow-15 with a constant exponent p: p x^(p−1). */
  elementwise('Pow', hasPositivePower, ({ builder, node }, x) => {
    const exponent = input(node, 1);
    return builder.mul(exponent, builder.op('Pow', [x, builder.sub(exponent, builder.float(1))]));
  }),
  ...['Sign', 'Round', 'Floor', 'Ceil'].map((op): Rule => ({
    // Multiplying with 1 is left out: what arrives is what goes on.
    ...elementwise(op, likeInput, ({ builder }) => builder.float(1)),
    derivative: passThrough,
    isStraight: true,
  })),
];

/** x^p of x ≥ 0, or with even p. */
function hasPositivePower(context: RuleContext): boolean {
  const exponent = context.constantValues(input(context.node, 1));
  return likeInput(context) || (exponent?.every((p) => p % 2 === 0) ?? false);
}
