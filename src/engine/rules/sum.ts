import type { Value } from '../onnx/builder.js';
import { output } from '../onnx/graph.js';
import { ratioOfPositive, ratioOfRectified } from './ratio.js';
import { type Backward, likeInputs, never, type Rule, type RuleContext, unbroadcast } from './rule.js';

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

const relevance: Backward = (context, [arriving]) => {
  const { node, builder, shape, isConstant } = context;
  const activations = node.inputs.filter((operand) => !isConstant(operand));
  const share = arriving == null ? null : shareOf(context, arriving, activations.length);
  return node.inputs.map((operand, position) => {
    if (share === null || isConstant(operand)) return null;
    return unbroadcast(builder, share(operand, position), shape(output(node)), shape(operand));
  });
};

/**
 * What an operand of a sum takes. One activation and constants: everything. A sum that only Relu reads: its part,
 * x_i ⊙ (R ⊘ Σ x_j). Any other sum: the part of what is positive, x_i⁺ ⊙ (R ⊘ Σ x_j⁺); README.md says why.
 */
function shareOf(
  context: RuleContext,
  arriving: Value,
  activationCount: number,
): (operand: Value, position: number) => Value {
  const { node, builder, isConstant, isNonNegative, soleRelu } = context;
  if (activationCount === 1) return () => arriving;
  const signed = (operand: Value, position: number): Value =>
    signOf(context, position) < 0 ? builder.neg(operand) : operand;
  const part = (operand: Value, position: number): Value =>
    signOf(context, position) > 0 && isNonNegative(operand)
      ? operand
      : builder.positive(signed(operand, position));
  const total = (term: (operand: Value, position: number) => Value): Value =>
    node.inputs
      .flatMap((operand, position) => (isConstant(operand) ? [] : [term(operand, position)]))
      .reduce((sum, value) => builder.add(sum, value));

  const rectified = soleRelu(output(node));
  if (rectified !== null) {
    const sum = activationCount === node.inputs.length ? output(node) : total(signed);
    const quotient = ratioOfRectified(context, arriving, sum, rectified);
    return (operand, position) => builder.mul(signed(operand, position), quotient);
  }
  const quotient = ratioOfPositive(context, arriving, total(part));
  return (operand, position) => builder.mul(part(operand, position), quotient);
}

export const sums: readonly Rule[] = [
  { ops: ['Add', 'Sum'], nonNegative: likeInputs, derivative, relevance },
  { ops: ['Sub'], nonNegative: never, derivative, relevance },
];
