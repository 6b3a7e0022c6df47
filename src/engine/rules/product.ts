import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { type Backward, likeInputs, type Rule, type RuleContext, unbroadcast } from './rule.js';

const mulDerivative: Backward = ({ node, builder, shape, isConstant }, [g]) => {
  const [a, b] = [input(node, 0), input(node, 1)];
  const slope = (operand: Value, other: Value): Value | null =>
    g == null || isConstant(operand)
      ? null
      : unbroadcast(builder, builder.mul(g, other), shape(output(node)), shape(operand));
  return [slope(a, b), slope(b, a)];
};

/** Div-14: ∂(a/b) is 1/b for a, and −y/b for b. */
const divDerivative: Backward = ({ node, builder, shape, isConstant }, [g]) => {
  const [a, b] = [input(node, 0), input(node, 1)];
  if (g == null) return [null, null];
  const quotient = builder.div(g, b);
  const full = shape(output(node));
  return [
    isConstant(a) ? null : unbroadcast(builder, quotient, full, shape(a)),
    isConstant(b)
      ? null
      : unbroadcast(builder, builder.neg(builder.mul(quotient, output(node))), full, shape(b)),
  ];
};

/**
 * By a constant: R_x = R_y. Of two activations: a gate takes nothing, else the larger one takes all, equals share; a
 * divisor, which normalises, takes nothing.
 */
const relevance: Backward = (context, [arriving]) => {
  const { node, builder, shape } = context;
  const share = (operand: Value, part: number): Value | null => {
    if (part === 0 || arriving == null) return null;
    const taken = part === 1 ? arriving : builder.mul(arriving, builder.float(part));
    return unbroadcast(builder, taken, shape(output(node)), shape(operand));
  };
  const parts = partsOf(context);
  return node.inputs.map((operand, index) => share(operand, parts[index] ?? 0));
};

/** As the derivative, with gates and divisors held constant; the multiplier of a product without a gate is shared alike. */
const multiplier: Backward = (context, [arriving]) => {
  const { node, builder, shape } = context;
  const parts = partsOf(context);
  return node.inputs.map((operand, index) => {
    const part = parts[index] ?? 0;
    if (part === 0 || arriving == null) return null;
    const other = input(node, 1 - index);
    const carried = node.op === 'Div' ? builder.div(arriving, other) : builder.mul(arriving, other);
    const taken = part === 1 ? carried : builder.mul(carried, builder.float(part));
    return unbroadcast(builder, taken, shape(output(node)), shape(operand));
  });
};

/** Places of the operands that take something. */
const takers = (context: RuleContext): readonly number[] =>
  partsOf(context).flatMap((part, index) => (part > 0 ? [index] : []));

function partsOf(context: RuleContext): readonly [number, number] {
  const { node, shape, isConstant, isGate } = context;
  const [a, b] = [input(node, 0), input(node, 1)];
  if (isConstant(a)) return [0, 1];
  if (isConstant(b) || node.op === 'Div') return [1, 0];
  const [isGateA, isGateB] = [isGate(a, node), isGate(b, node)];
  if (isGateA !== isGateB) return isGateA ? [0, 1] : [1, 0];
  const size = (tensor: Value): number => shape(tensor).reduce((count, dim) => count * dim, 1);
  if (size(a) === size(b)) return [0.5, 0.5];
  return size(a) > size(b) ? [1, 0] : [0, 1];
}

const isSquareOr =
  (other: (context: RuleContext) => boolean) =>
  (context: RuleContext): boolean =>
    input(context.node, 0) === input(context.node, 1) || other(context);

export const products: readonly Rule[] = [
  {
    ops: ['Mul'],
    nonNegative: isSquareOr(likeInputs),
    derivative: mulDerivative,
    relevance,
    multiplier,
    takers,
  },
  { ops: ['Div'], nonNegative: likeInputs, derivative: divDerivative, relevance, multiplier, takers },
];
