import { int, output } from '../onnx/graph.js';
import { always, never, type Pass, type Rule, type RuleContext, unary } from './rule.js';

/** Sum over the axis of a Softmax-13, kept as 1. */
function alongAxis({ node, builder, shape }: RuleContext, value: string): string {
  const axis = int(node, 'axis', -1);
  return builder.reduceSum(value, [axis < 0 ? axis + shape(output(node)).length : axis], true);
}

/** A final Softmax is skipped, and attention takes nothing: relevance never has a way through. */
const derivativeOnly = (_: RuleContext, pass: Pass): boolean => pass === 'derivative';

export const softmaxes: readonly Rule[] = [
  {
    ops: ['Softmax'],
    covers: derivativeOnly,
    nonNegative: always,
    /** y ⊙ (g − Σ g y) */
    derivative: unary((context, g) => {
      const { builder, node } = context;
      const y = output(node);
      return builder.mul(y, builder.sub(g, alongAxis(context, builder.mul(g, y))));
    }),
    relevance: () => [],
    takers: () => [],
  },
  {
    ops: ['LogSoftmax'],
    covers: derivativeOnly,
    nonNegative: never,
    /** g − softmax ⊙ Σ g */
    derivative: unary((context, g) => {
      const { builder, node } = context;
      return builder.sub(g, builder.mul(builder.op('Exp', [output(node)]), alongAxis(context, g)));
    }),
    relevance: () => [],
    takers: () => [],
  },
];
