import { input } from '../onnx/graph.js';
import { linearDerivative, type LinearForm, linearRelevance } from './linear.js';
import { always, type Rule, type RuleContext } from './rule.js';

/** Place of an operand. */
export type Side = 0 | 1;

/**
 * The row of an operator that is linear in each of its two operands, of which one or both come from the image.
 * @param form the operator as linear in the operand at `side`, with the other as its weights
 */
export function bilinear(
  op: string,
  form: (context: RuleContext, side: Side) => LinearForm,
  covers: (context: RuleContext) => boolean = always,
): Rule {
  const sides: readonly Side[] = [0, 1];
  /** Linear in the operand that takes all, with the other one as constant weights. */
  const position = (context: RuleContext): Side => dataSide(context) ?? 0;
  const inData = (context: RuleContext): LinearForm => form(context, position(context));
  return {
    ops: [op],
    covers: (context, pass) => covers(context) && (pass === 'derivative' || dataSide(context) !== null),
    nonNegative: ({ node, isConstant, isNonNegative }) =>
      node.inputs.every((operand) => !isConstant(operand) && isNonNegative(operand)),
    derivative: (context, [g]) =>
      sides.map((side) => {
        if (g == null || context.isConstant(input(context.node, side))) return null;
        const { w, transpose } = form(context, side);
        return transpose(g, w);
      }),
    relevance: linearRelevance(inData, position),
    multiplier: linearDerivative(inData),
    takers: (context) => {
      const side = dataSide(context);
      return side === null ? sides : [side];
    },
  };
}

/**
 * The operand that takes all; the other acts as constant weights. Of two activations those are what is certain to be
 * ≥ 0: attention's come out of a Softmax, linear attention's queries and keys out of a Relu. Null where neither is, or
 * both are.
 */
function dataSide({ node, isConstant, isAttention, isNonNegative }: RuleContext): Side | null {
  const [a, b] = [input(node, 0), input(node, 1)];
  for (const actsAsWeights of [isConstant, isAttention, isNonNegative])
    if (actsAsWeights(a) !== actsAsWeights(b)) return actsAsWeights(a) ? 1 : 0;
  return null;
}
