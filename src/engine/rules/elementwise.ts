import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { dataOnly, passThrough, type Rule, type RuleContext } from './rule.js';

/** The row of an elementwise function of one activation: its derivative at x (given y = f(x)), and R_x = R_y. */
export function elementwise(
  op: string,
  nonNegative: (context: RuleContext) => boolean,
  slope: (context: RuleContext, x: Value, y: Value) => Value,
): Rule {
  return {
    ops: [op],
    covers: ({ node, isConstant }) => node.inputs.slice(1).every((name) => name === '' || isConstant(name)),
    nonNegative,
    derivative: dataOnly((context, g) =>
      context.builder.mul(g, slope(context, input(context.node, 0), output(context.node))),
    ),
    relevance: passThrough,
  };
}
