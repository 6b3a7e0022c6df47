import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { gammaQuotient, gammaShare } from './gamma.js';
import { ratio, ratioOfPositive, ratioOfRectified } from './ratio.js';
import {
  allActivations,
  type Backward,
  likeInputs,
  never,
  type Rule,
  type RuleContext,
  type SummedRelevance,
  unbroadcast,
} from './rule.js';

/** +1 for every operand but the second of a Sub. */
function signOf({ node }: RuleContext, position: number): 1 | -1 {
  return node.op === 'Sub' && position === 1 ? -1 : 1;
}

const derivative: Backward = (context, [g]) => {
  const { node, builder, shape } = context;
  return node.inputs.map((operand, position) => {
    if (g == null) return null;
    const signed = signOf(context, position) < 0 ? builder.neg(g) : g;
    return unbroadcast(builder, signed, shape(output(node)), shape(operand));
  });
};

/** What an operand of a sum takes. */
type Share = (operand: Value, position: number) => Value;

/** Hands out the shares of the operands that depend on the image. */
function shared(shareOf: (context: RuleContext, arriving: Value) => Share): Backward {
  return (context, [arriving]) => {
    const { node, builder, shape, isConstant } = context;
    if (arriving == null) return node.inputs.map(() => null);
    // One activation and constants: everything.
    const share = allActivations(context).length === 1 ? (): Value => arriving : shareOf(context, arriving);
    return node.inputs.map((operand, position) =>
      isConstant(operand)
        ? null
        : unbroadcast(builder, share(operand, position), shape(output(node)), shape(operand)),
    );
  };
}

/** The operand as it enters the sum. */
function entering(context: RuleContext, operand: Value, position: number): Value {
  return signOf(context, position) < 0 ? context.builder.neg(operand) : operand;
}

/** Σ of a term over the operands that depend on the image. */
function total(context: RuleContext, term: Share): Value {
  const { node, builder } = context;
  return allActivations(context)
    .map((position) => term(input(node, position), position))
    .reduce((sum, value) => builder.add(sum, value));
}

/** Σ of the activations, without constants. */
function sumOf(context: RuleContext): Value {
  const { node } = context;
  return allActivations(context).length === node.inputs.length
    ? output(node)
    : total(context, (operand, position) => entering(context, operand, position));
}

/** x_i ⊙ (R ⊘ Σ x_j) */
const proportional = shared((context, arriving) => {
  const { node, builder, soleRelu, feedsOnlyRelu } = context;
  const rectified = soleRelu(output(node));
  const sum = sumOf(context);
  const quotient =
    rectified !== null
      ? ratioOfRectified(context, arriving, sum, rectified)
      : feedsOnlyRelu(output(node))
        ? ratio(builder, arriving, sum)
        : ratioOfPositive(context, arriving, sum);
  return (operand, position) => builder.mul(entering(context, operand, position), quotient);
});

/** The γ rule; a subtracted operand enters as −x. */
const bySign = shared((context, arriving) => {
  const { node, builder } = context;
  const size = total(context, (operand) => builder.op('Abs', [operand]));
  const sum = { y: output(node), total: sumOf(context), size };
  const { s, turned } = gammaQuotient(context, arriving, sum);
  return (operand, position) =>
    signOf(context, position) > 0
      ? gammaShare(context, operand, s, turned)
      : gammaShare(context, operand, builder.neg(s), turned);
});

const relevance: SummedRelevance = {
  isPositive: (context) => {
    const { node, isNonNegative, feedsOnlyRelu } = context;
    const arePositive = allActivations(context).every(
      (position) => signOf(context, position) > 0 && isNonNegative(input(node, position)),
    );
    return feedsOnlyRelu(output(node)) || arePositive;
  },
  positive: proportional,
  gamma: bySign,
};

export const sums: readonly Rule[] = [
  { ops: ['Add', 'Sum'], nonNegative: likeInputs, derivative, relevance, takers: allActivations },
  { ops: ['Sub'], nonNegative: never, derivative, relevance, takers: allActivations },
];
