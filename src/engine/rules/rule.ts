import type { GraphBuilder, Value } from '../onnx/builder.js';
import { input, type Node } from '../onnx/graph.js';
import type { Biased } from './flow.js';

/** What a backward pass carries: the column of the rule table. */
export type Pass = 'relevance' | 'derivative';

/** What a rule may ask about the node it is applied to. */
export interface RuleContext {
  readonly node: Node;
  readonly builder: GraphBuilder;
  /** Shape of a tensor of the model. */
  readonly shape: (tensor: Value) => readonly number[];
  /** Whether a tensor does not depend on the image. */
  readonly isConstant: (tensor: Value) => boolean;
  /** Whether a tensor is certain to have no negative value. */
  readonly isNonNegative: (tensor: Value) => boolean;
  /** Values of a small constant of the model; null where it is computed or large. */
  readonly constantValues: (tensor: Value) => readonly number[] | null;
  /** Whether an operand of a product comes out of a bounded function, followed only by operators with constants. */
  readonly isGate: (operand: Value, product: Node) => boolean;
  /** Whether a tensor comes out of a Softmax, followed only by operators with constants, which may mix its heads. */
  readonly isAttention: (tensor: Value) => boolean;
  /** Whether every reader of a tensor rectifies it, directly or through movement, MaxPool or a sum that only Relus read. */
  readonly isRectified: (tensor: Value) => boolean;
  /** Whether every reader of a tensor is a Relu. */
  readonly feedsOnlyRelu: (tensor: Value) => boolean;
  /** The Relu that is the only reader of a tensor: its output; null where there is none. */
  readonly soleRelu: (tensor: Value) => Value | null;
  /** What a linear operator computes together with a bias that is added by an operator of its own. */
  readonly withBias: (tensor: Value) => Biased;
  /** Whether no other linear operator stands between a node and the logits. */
  readonly isLastLinear: (node: Node) => boolean;
  /**
   * Lowest and highest values that a tensor can have, of its shape, where relevance is carried down to the image's pixels
   * and the tensor is the image itself, perhaps normalised or rearranged; else null.
   */
  readonly range: (tensor: Value) => Range | null;
}

export interface Range {
  readonly low: Value;
  readonly high: Value;
}

/**
 * Carries a derivative or a relevance from a node's outputs to its inputs.
 * @param outputs one value per output of the node, of the output's shape; null where nothing arrives
 * @returns one value per input, of the input's shape; null where nothing goes
 */
export type Backward = (
  context: RuleContext,
  outputs: readonly (Value | null)[],
) => readonly (Value | null)[];

/** One operator family: its derivative and its relevance side by side (README.md). */
export interface Rule {
  /** ai.onnx operator types. */
  readonly ops: readonly string[];
  /** Which uses of the operator the rule covers; all where absent. */
  readonly covers?: (context: RuleContext, pass: Pass) => boolean;
  /** Whether the output is certain to have no negative value. */
  readonly nonNegative: (context: RuleContext) => boolean;
  /** Vector–Jacobian product, exact. */
  readonly derivative: Backward;
  readonly relevance: Backward | SummedRelevance;
  /** The multiplier of the inputs given that of the outputs, for an operator on tokens; the derivative where absent. */
  readonly multiplier?: Backward;
  /** Whether the derivative is that of doing nothing, though the operator does something. */
  readonly isStraight?: true;
  /** Places of the inputs that relevance goes to; the first alone where absent. */
  readonly takers?: (context: RuleContext) => readonly number[];
}

/** The relevance of an operator that adds up what it is given: R_i = Σ_j z_ij / Σ_i z_ij R_j, with z_ij by the reading. */
export interface SummedRelevance {
  /** Whether the operands, or what becomes of the result, are rectified, so that positive parts tell all. */
  readonly isPositive: (context: RuleContext) => boolean;
  readonly positive: Backward;
  readonly gamma: Backward;
  /** Of an operator that the image's pixels may enter. */
  readonly bounds?: Backward;
}

/** For operators that compute `outputs[0]` from `inputs[0]` alone. */
export function unary(carry: (context: RuleContext, arriving: Value) => Value): Backward {
  return (context, [arriving]) => [arriving == null ? null : carry(context, arriving)];
}

/** The same for operators whose further inputs are parameters, which take nothing. */
export function dataOnly(carry: (context: RuleContext, arriving: Value) => Value): Backward {
  const back = unary(carry);
  return (context, outputs) => [...back(context, outputs), ...context.node.inputs.slice(1).map(() => null)];
}

/** R_x = R_y */
export const passThrough: Backward = dataOnly((_, arriving) => arriving);

/** Places of the inputs that depend on the image. */
export const allActivations = ({ node, isConstant }: RuleContext): readonly number[] =>
  node.inputs.flatMap((name, index) => (name === '' || isConstant(name) ? [] : [index]));

export const never = (): boolean => false;
export const always = (): boolean => true;

/** Whether all inputs but the first are parameters of the model, of which no derivative is asked. */
export const hasConstantParameters = ({ node, isConstant }: RuleContext): boolean =>
  node.inputs.slice(1).every((name) => name === '' || isConstant(name));

/** The sign of the output is that of the first input. */
export const likeInput = ({ node, isNonNegative }: RuleContext): boolean => isNonNegative(input(node, 0));

/** The output is non-negative where every input from the image is. */
export const likeInputs = ({ node, isNonNegative }: RuleContext): boolean => node.inputs.every(isNonNegative);

/** Sums over the axes along which an operand of shape `to` was broadcast to shape `from`. */
export function unbroadcast(
  builder: GraphBuilder,
  value: Value,
  from: readonly number[],
  to: readonly number[],
): Value {
  const lead = from.length - to.length;
  const axes = from.flatMap((size, axis) =>
    axis < lead || (to[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? value : builder.reshape(builder.reduceSum(value, axes, true), to);
}
