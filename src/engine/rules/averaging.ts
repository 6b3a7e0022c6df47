import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { ratioOfPositive } from './ratio.js';
import { type Backward, dataOnly, type RuleContext } from './rule.js';

/** An operator that is linear with non-negative weights of its own: pooling, mean, sum, interpolation. */
export interface AveragingForm {
  /** f(x) for another tensor of the shape of x. */
  readonly forward: (x: Value) => Value;
  /** fᵀ(s), of the shape of x or broadcastable to it. */
  readonly transpose: (s: Value) => Value;
}

type FormOf = (context: RuleContext) => AveragingForm;

/** The derivative: fᵀ(g). */
export function averagingDerivative(form: FormOf): Backward {
  return dataOnly((context, g) => {
    const { builder, node, shape } = context;
    return builder.op('Expand', [form(context).transpose(g), builder.ints(shape(input(node, 0)))]);
  });
}

/** R_x = x⁺ ⊙ fᵀ(R ⊘ f(x⁺)) */
export function averagingRelevance(form: FormOf): Backward {
  return dataOnly((context, relevance) => {
    const { builder, node, isNonNegative } = context;
    const x = input(node, 0);
    const { forward, transpose } = form(context);
    const xPlus = isNonNegative(x) ? x : builder.positive(x);
    const z = xPlus === x ? output(node) : forward(xPlus);
    return builder.mul(xPlus, transpose(ratioOfPositive(context, relevance, z)));
  });
}
