import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { gammaQuotient, gammaShare } from './gamma.js';
import { ratioOfPositive } from './ratio.js';
import { type Backward, dataOnly, likeInput, type RuleContext, type SummedRelevance } from './rule.js';

/** An operator that is linear with non-negative weights of its own: pooling, mean, sum, interpolation. */
export interface AveragingForm {
  /** f(x) for another tensor of the shape of x. */
  readonly forward: (x: Value) => Value;
  /** fᵀ(s), of the shape of x or broadcastable to it. */
  readonly transpose: (s: Value) => Value;
  /** f(x) itself, where the operator puts out a function of it. */
  readonly result?: Value;
}

type FormOf = (context: RuleContext) => AveragingForm;

/** The derivative: fᵀ(g). */
export function averagingDerivative(form: FormOf): Backward {
  return dataOnly((context, g) => {
    const { builder, node, shape } = context;
    return builder.op('Expand', [form(context).transpose(g), builder.ints(shape(input(node, 0)))]);
  });
}

/** R_x = x ⊙ fᵀ(R ⊘ f(x)) where x ≥ 0 is certain, else the γ rule. */
export function averagingRelevance(form: FormOf): SummedRelevance {
  return {
    isPositive: likeInput,
    positive: dataOnly((context, relevance) => {
      const { builder, node } = context;
      const { transpose, result = output(node) } = form(context);
      const quotient = ratioOfPositive(context, relevance, result);
      return builder.mul(input(node, 0), transpose(quotient));
    }),
    gamma: dataOnly((context, relevance) => {
      const { builder, node } = context;
      const x = input(node, 0);
      const { forward, transpose, result: y = output(node) } = form(context);
      const size = forward(builder.op('Abs', [x]));
      const { s, turned } = gammaQuotient(context, relevance, { y, total: y, size });
      return gammaShare(context, x, transpose(s), transpose(turned));
    }),
  };
}
