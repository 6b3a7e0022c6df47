import { counted } from '../onnx/axes.js';
import { int, output } from '../onnx/graph.js';
import { always, never, type Pass, type Rule, type RuleContext, unary } from './rule.js';

/** Sum over the axis of a Softmax-13, kept as 1. */
function alongAxis({ node, builder, shape }: RuleContext, value: string): string {
  return builder.reduceSum(value, [counted(int(node, 'axis', -1), shape(output(node)).length)], true);
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
