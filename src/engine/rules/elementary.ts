import type { Value } from '../compile/builder.js';
import { always, dataOnly, input, never, output, type Rule, type RuleContext } from './rule.js';

/**
 * An elementwise function that stands inside gates and norms: it has a derivative, but no relevance rule of its own.
 */
function elementary(
  op: string,
  nonNegative: () => boolean,
  slope: (context: RuleContext, x: Value, y: Value) => Value,
): Rule {
  return {
    ops: [op],
    covers: ({ node, isConstant }, pass) => pass === 'derivative' && node.inputs.slice(1).every(isConstant),
    nonNegative,
    derivative: dataOnly((context, g) =>
      context.builder.mul(g, slope(context, input(context.node, 0), output(context.node))),
    ),
    relevance: () => [],
  };
}

export const elementaries: readonly Rule[] = [
  elementary('Exp', always, (_, __, y) => y),
  elementary('Log', never, ({ builder }, x) => builder.op('Reciprocal', [x])),
  elementary('Sqrt', always, ({ builder }, _, y) => builder.div(builder.float(0.5), y)),
  elementary('Abs', always, ({ builder }, x) => builder.op('Sign', [x])),
  elementary('Reciprocal', never, ({ builder }, _, y) => builder.neg(builder.mul(y, y))),
  /** Pow-15 with a constant exponent p: p x^(p−1). */
  elementary('Pow', never, ({ builder, node }, x) => {
    const exponent = input(node, 1);
    return builder.mul(exponent, builder.op('Pow', [x, builder.sub(exponent, builder.float(1))]));
  }),
];
