import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { dataOnly, hasConstantParameters, passThrough, type Rule, type RuleContext } from './rule.js';

/** Something of a function f at x, given y = f(x). */
type At = (context: RuleContext, x: Value, y: Value) => Value;

/**
 * The row of an elementwise function f of one activation: R_x = R_y; on tokens m ⊙ f(x)/x.
 * @param slope f′(x)
 * @param secant f(x)/x; where absent it is computed by a division, and is the slope at 0
 */
export function elementwise(
  op: string,
  nonNegative: (context: RuleContext) => boolean,
  slope: At,
  secant: At = quotient(slope),
): Rule {
  const times = (factor: At): Rule['derivative'] =>
    dataOnly((context, arriving) =>
      context.builder.mul(arriving, factor(context, input(context.node, 0), output(context.node))),
    );
  return {
    ops: [op],
    covers: hasConstantParameters,
    nonNegative,
    derivative: times(slope),
    relevance: passThrough,
    multiplier: times(secant),
  };
}

function quotient(slope: At): At {
  return (context, x, y) => {
    const { builder } = context;
    const isZero = builder.op('Equal', [x, builder.float(0)]);
    return builder.op('Where', [isZero, slope(context, x, y), builder.div(y, x)]);
  };
}
