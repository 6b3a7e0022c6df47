import type { GraphBuilder, Value } from '../compile/builder.js';
import { float, int } from '../onnx/graph.js';
import { linear, linearRelevance, type LinearForm } from './linear.js';
import { input, output, unbroadcast, type Backward, type Rule, type RuleContext } from './rule.js';

/** Gemm-13, y = alpha · A′ B′ + beta · C, with B constant: linear in A. */
function gemm({ node, builder }: RuleContext): LinearForm {
  const [x, w] = [input(node, 0), input(node, 1)];
  const [transA, transB] = [int(node, 'transA', 0), int(node, 'transB', 0)];
  const alpha = { type: 'float', value: float(node, 'alpha', 1) } as const;
  const flag = (value: number) => ({ type: 'int', value }) as const;
  return {
    x,
    position: 0,
    // A negative alpha would turn the signs of the weights around.
    w: alpha.value < 0 ? builder.neg(w) : w,
    forward: (data, weight, offset) =>
      builder.op('Gemm', [data, weight, ...offsetInput(builder, offset)], {
        transA: flag(transA),
        transB: flag(transB),
        alpha: { ...alpha, value: Math.abs(alpha.value) },
      }),
    transpose: (s, weight) =>
      transA === 0
        ? builder.op('Gemm', [s, weight], {
            transB: flag(1 - transB),
            alpha: { ...alpha, value: Math.abs(alpha.value) },
          })
        : builder.op('Gemm', [weight, s], {
            transA: flag(transB),
            transB: flag(1),
            alpha: { ...alpha, value: Math.abs(alpha.value) },
          }),
  };
}

function offsetInput(builder: GraphBuilder, offset: number): Value[] {
  return offset === 0 ? [] : [builder.float(offset)];
}

/** MatMul-13, linear in the operand at `position`, with the other as its weights. */
function productBy(context: RuleContext, position: 0 | 1): LinearForm {
  const { node, builder, shape } = context;
  const [x, w] = [input(node, position), input(node, 1 - position)];
  const order = (data: Value, weight: Value): Value[] => (position === 0 ? [data, weight] : [weight, data]);
  return {
    x,
    position,
    w,
    forward: (data, weight, offset) => {
      const product = builder.op('MatMul', order(data, weight));
      return offset === 0 ? product : builder.add(product, builder.float(offset));
    },
    transpose: (s, weight) => {
      const back = builder.op('MatMul', order(s, swapLast(builder, weight, shape(w).length)));
      return unbroadcast(builder, back, batchOf(shape(output(node)), shape(x)), shape(x));
    },
  };
}

/** With a constant on one side. */
const byConstant = (context: RuleContext): LinearForm =>
  productBy(context, context.isConstant(input(context.node, 1)) ? 0 : 1);

/** Attention: the side that comes out of a Softmax acts as constant weights ≥ 0, the other takes everything. */
const byAttention = (context: RuleContext): LinearForm =>
  productBy(context, context.isGate(input(context.node, 0)) ? 1 : 0);

/** Exchanges the last two axes; a vector stays. */
function swapLast(builder: GraphBuilder, value: Value, rank: number): Value {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return rank < 2 ? value : builder.transpose(value, [...perm.slice(0, -2), rank - 1, rank - 2]);
}

/** Shape of the transposed product: batch axes of the output, matrix axes of the operand. */
function batchOf(outputShape: readonly number[], operandShape: readonly number[]): readonly number[] {
  return operandShape.length < 2 ? operandShape : [...outputShape.slice(0, -2), ...operandShape.slice(-2)];
}

const oneConstant = ({ node, isConstant }: RuleContext): boolean =>
  isConstant(input(node, 0)) !== isConstant(input(node, 1));

/** Derivative of a product of two activations: g Bᵀ and Aᵀ g. */
const bothSides: Backward = (context, [g]) => {
  const { node, builder, shape } = context;
  const [a, b] = [input(node, 0), input(node, 1)];
  if (g == null) return [null, null];
  const back = (value: Value, operand: Value): Value =>
    unbroadcast(builder, value, batchOf(shape(output(node)), shape(operand)), shape(operand));
  return [
    back(builder.op('MatMul', [g, swapLast(builder, b, shape(b).length)]), a),
    back(builder.op('MatMul', [swapLast(builder, a, shape(a).length), g]), b),
  ];
};

/** Query and key, the product that a Softmax reads, take nothing. */
const betweenActivations: Backward = (context, arriving) => {
  const { node, isGate } = context;
  const gated = isGate(input(node, 0)) !== isGate(input(node, 1));
  return gated ? linearRelevance(byAttention)(context, arriving) : [null, null];
};

const constantSide = linear('MatMul', byConstant, oneConstant);

/** MatMul-13: with a constant, or of two activations. */
const matMulRule: Rule = {
  ...constantSide,
  covers: (context, pass) => {
    const { node, isGate } = context;
    return pass === 'derivative' || oneConstant(context) || isGate(input(node, 0)) !== isGate(input(node, 1));
  },
  derivative: (context, arriving) =>
    (oneConstant(context) ? constantSide.derivative : bothSides)(context, arriving),
  relevance: (context, arriving) =>
    (oneConstant(context) ? constantSide.relevance : betweenActivations)(context, arriving),
};

export const matrices: readonly Rule[] = [linear('Gemm', gemm), matMulRule];
