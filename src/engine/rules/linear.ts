import type { Value } from '../onnx/builder.js';
import { input } from '../onnx/graph.js';
import { GUARD, ratioOfPositive } from './ratio.js';
import { type Backward, never, type Range, type Rule, type RuleContext } from './rule.js';

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
}

type FormOf = (context: RuleContext) => LinearForm;

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
    derivative: derivative(form),
    relevance: linearRelevance(form),
  };
}

function constantWeights({ node, isConstant }: RuleContext): boolean {
  return !isConstant(input(node, 0)) && isConstant(input(node, 1));
}

/** The derivative with respect to the data: fᵀ(g; w). */
function derivative(form: FormOf): Backward {
  return carry(form, (_, { w, transpose }, g) => transpose(g, w));
}

/**
 * The z⁺ rule, R_x = x⁺ ⊙ fᵀ(s; w⁺) + x⁻ ⊙ fᵀ(s; w⁻) with s = R ⊘ (f(x⁺; w⁺) + f(x⁻; w⁻)) (Relevance-CAM, eq. 4).
 * Where x has no negative value the second terms vanish and are not computed.
 */
export function linearRelevance(form: FormOf): Backward {
  return carry(form, (context, linearForm, relevance) => {
    const { builder } = context;
    const { x, w, forward, transpose } = linearForm;
    const wPlus = builder.positive(w);
    const range = context.range(x);
    if (range !== null) return betweenBounds(context, linearForm, relevance, range);
    if (context.isNonNegative(x)) {
      const s = builder.div(relevance, forward(x, wPlus, GUARD));
      return builder.mul(x, transpose(s, wPlus));
    }
    const wMinus = builder.negative(w);
    const xPlus = builder.positive(x);
    const xMinus = builder.negative(x);
    const z = builder.add(forward(xPlus, wPlus, 0), forward(xMinus, wMinus, 0));
    const s = ratioOfPositive(context, relevance, z);
    return builder.add(builder.mul(xPlus, transpose(s, wPlus)), builder.mul(xMinus, transpose(s, wMinus)));
  });
}

/**
 * The zᴮ rule of the first operator, on pixels between l and h (Montavon et al., 2017, eq. 14): with
 * s = R ⊘ (f(x; w) − f(l; w⁺) − f(h; w⁻)), R_x = x ⊙ fᵀ(s; w) − l ⊙ fᵀ(s; w⁺) − h ⊙ fᵀ(s; w⁻).
 */
function betweenBounds(
  context: RuleContext,
  { x, w, forward, transpose }: LinearForm,
  relevance: Value,
  { low, high }: Range,
): Value {
  const { builder } = context;
  const terms = [
    { bound: low, weights: builder.positive(w) },
    { bound: high, weights: builder.negative(w) },
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
