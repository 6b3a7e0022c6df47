import type { GraphBuilder, Value } from '../onnx/builder.js';
import { float, input, int, output } from '../onnx/graph.js';
import { floatTensor } from '../onnx/tensor.js';
import { bilinear, type Side } from './bilinear.js';
import { linear, type LinearForm } from './linear.js';
import { type Rule, type RuleContext, unbroadcast } from './rule.js';

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
    bias: input(node, 2) === '' ? null : scaled(builder, input(node, 2), float(node, 'beta', 1)),
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

function scaled(builder: GraphBuilder, value: Value, factor: number): Value {
  return factor === 1 ? value : builder.mul(value, builder.float(factor));
}

/** With an axis: of a C that has none, ONNX Runtime's provider for graphics cards ends the process. */
function offsetInput(builder: GraphBuilder, offset: number): Value[] {
  return offset === 0 ? [] : [builder.constant(floatTensor([offset], [1]))];
}

/** MatMul-13 */
function matMul(context: RuleContext, position: Side): LinearForm {
  const { node, builder, shape } = context;
  const [x, w] = [input(node, position), input(node, 1 - position)];
  const order = (data: Value, weight: Value): Value[] => (position === 0 ? [data, weight] : [weight, data]);
  return {
    x,
    position,
    w,
    bias: null,
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

/** Exchanges the last two axes; a vector stays. */
function swapLast(builder: GraphBuilder, value: Value, rank: number): Value {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return rank < 2 ? value : builder.transpose(value, [...perm.slice(0, -2), rank - 1, rank - 2]);
}

/** Shape of the transposed product: batch axes of the output, matrix axes of the operand. */
function batchOf(outputShape: readonly number[], operandShape: readonly number[]): readonly number[] {
  return operandShape.length < 2 ? operandShape : [...outputShape.slice(0, -2), ...operandShape.slice(-2)];
}

export const matrices: readonly Rule[] = [linear('Gemm', gemm), bilinear('MatMul', matMul)];
