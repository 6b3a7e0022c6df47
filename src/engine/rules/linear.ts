import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { gammaQuotient, gammaShare } from './gamma.js';
import { GUARD, ratioOfPositive } from './ratio.js';
import {
  type Backward,
  hasConstantParameters,
  never,
  type Rule,
  type RuleContext,
  type SummedRelevance,
} from './rule.js';

/** An operator that is linear in its data input: y = f(x; w) + bias. */
export interface LinearForm {
  /** The data input. */
  readonly x: Value;
  /** Its place among the node's inputs. */
  readonly position: number;
  readonly w: Value;
  /** f(x; w) + offset on every element, without the operator's own bias. */
  readonly forward: (x: Value, w: Value, offset: number) => Value;
  /** fᵀ(s; w), of the shape of x. */
  readonly transpose: (s: Value, w: Value) => Value;
  /** The operator's own bias, to be broadcast to its output; null where it has none. */
  readonly bias: Value | null;
}

export type FormOf = (context: RuleContext) => LinearForm;

/** The row of an operator that is linear in one input and constant in the others. */
export function linear(
  op: string,
  form: FormOf,
  covers: (context: RuleContext) => boolean = constantWeights,
): Rule {
  return {
    ops: [op],
    covers,
    nonNegative: never,
    derivative: linearDerivative(form),
    relevance: linearRelevance(form),
  };
}

function constantWeights(context: RuleContext): boolean {
  return !context.isConstant(input(context.node, 0)) && hasConstantParameters(context);
}

/** The derivative with respect to the data: fᵀ(g; w). */
export function linearDerivative(form: FormOf): Backward {
  return carry(form, (_, { w, transpose }, g) => transpose(g, w));
}

/** What relevance an operator passes on that is linear in its data. */
export function linearRelevance(
  form: FormOf,
  position: (context: RuleContext) => number = () => 0,
): SummedRelevance {
  return {
    isPositive: (context) => {
      const { node, isNonNegative, isRectified, withBias, isLastLinear } = context;
      const x = input(node, position(context));
      return isNonNegative(x) || isRectified(withBias(output(node)).tensor) || isLastLinear(node);
    },
    positive: carry(form, positiveParts),
    gamma: carry(form, signedParts),
    bounds: carry(form, betweenBounds),
  };
}

/**
 * The z⁺ rule, R_x = x⁺ ⊙ fᵀ(s; w⁺) + x⁻ ⊙ fᵀ(s; w⁻) with s = R ⊘ (f(x⁺; w⁺) + f(x⁻; w⁻)) (Relevance-CAM, eq. 4).
 * Where x has no negative value the second terms vanish and are not computed.
 */
function positiveParts(context: RuleContext, form: LinearForm, relevance: Value): Value {
  const { builder } = context;
  const { x, w, forward, transpose } = form;
  const wPlus = builder.positive(w);
  if (context.isNonNegative(x)) {
    const s = builder.div(relevance, forward(x, wPlus, GUARD));
    return builder.mul(x, transpose(s, wPlus));
  }
  const wMinus = builder.negative(w);
  const xPlus = builder.positive(x);
  const xMinus = builder.negative(x);
  const z = builder.add(forward(xPlus, wPlus, 0), forward(xMinus, wMinus, 0));
  const s = ratioOfPositive(context, relevance, z);
  const [plus, minus] = [transpose(s, wPlus), transpose(s, wMinus)];
  const share = builder.add(builder.mul(xPlus, plus), builder.mul(xMinus, minus));
  return builder.multiple(share, x, () =>
    builder.op('Where', [builder.op('Greater', [x, builder.float(0)]), plus, minus]),
  );
}

/** The γ rule: three passes through f, one fewer than z⁺ takes for an x of either sign. */
function signedParts(context: RuleContext, form: LinearForm, relevance: Value): Value {
  const { builder, node, isNonNegative } = context;
  const { x, w, forward, transpose, bias } = form;
  const result = output(node);
  const total = bias === null ? result : builder.sub(result, bias);
  const sizes = isNonNegative(w) ? w : builder.op('Abs', [w]);
  const size = forward(builder.op('Abs', [x]), sizes, 0);
  const { s, turned } = gammaQuotient(context, relevance, { y: realOutput(context), total, size });
  return gammaShare(context, x, transpose(s, w), transpose(turned, sizes));
}

/** The operator's result, bias included, in its own layout. */
function realOutput({ builder, node, withBias }: RuleContext): Value {
  const { tensor, perm } = withBias(output(node));
  if (perm === null) return tensor;
  return builder.transpose(
    tensor,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
}

/**
 * The zᴮ rule of the first operator, on pixels between l and h (Montavon et al., 2017, eq. 14): with
 * s = R ⊘ (f(x; w) − f(l; w⁺) − f(h; w⁻)), R_x = x ⊙ fᵀ(s; w) − l ⊙ fᵀ(s; w⁺) − h ⊙ fᵀ(s; w⁻).
 */
function betweenBounds(context: RuleContext, form: LinearForm, relevance: Value): Value {
  const { builder } = context;
  const { x, w, forward, transpose } = form;
  const range = context.range(x);
  if (range === null) throw new Error(`the values of ${x} have no bounds`);
  const terms = [
    { bound: range.low, weights: builder.positive(w) },
    { bound: range.high, weights: builder.negative(w) },
  ];
  const less = (from: Value, term: (bound: Value, weights: Value) => Value): Value =>
    terms.reduce((value, { bound, weights }) => builder.sub(value, term(bound, weights)), from);
  const z = less(forward(x, w, 0), (bound, weights) => forward(bound, weights, 0));
  const s = ratioOfPositive(context, relevance, z);
  return less(builder.mul(x, transpose(s, w)), (bound, weights) => builder.mul(bound, transpose(s, weights)));
}

function carry(
  formOf: FormOf,
  rule: (context: RuleContext, form: LinearForm, arriving: Value) => Value,
): Backward {
  return (context, [arriving]) => {
    const form = formOf(context);
    return context.node.inputs.map((_, index) =>
      arriving != null && form.position === index ? rule(context, form, arriving) : null,
    );
  };
}
