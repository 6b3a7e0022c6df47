import type { Value } from '../compile/builder.js';
import { int } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { averagingDerivative, averagingRelevance, type AveragingForm } from './averaging.js';
import { input, likeInput, type Rule, type RuleContext } from './rule.js';

/** ReduceMean-18 and ReduceSum-13: divides by the number of elements, or not. */
function reduction(op: 'ReduceMean' | 'ReduceSum'): (context: RuleContext) => AveragingForm {
  return (context) => {
    const { node, builder, shape } = context;
    const size = shape(input(node, 0));
    const axes = reducedAxes(context);
    const kept = size.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const count = op === 'ReduceMean' ? elementCount(size) / elementCount(kept) : 1;
    return {
      forward: (x) => builder.op(op, [x, ...node.inputs.slice(1)], Object.fromEntries(node.attributes)),
      transpose: (s: Value) => builder.div(builder.reshape(s, kept), builder.float(count)),
    };
  };
}

/** The axes that a Reduce operator (opset 18) sums over, as non-negative numbers. */
function reducedAxes({ node, shape, constantValues }: RuleContext): readonly number[] {
  const rank = shape(input(node, 0)).length;
  const given = input(node, 1) === '' ? [] : (constantValues(input(node, 1)) ?? []);
  if (given.length > 0) return given.map((axis) => (axis < 0 ? axis + rank : axis));
  return int(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

export const reductions: readonly Rule[] = (['ReduceMean', 'ReduceSum'] as const).map((op) => ({
  ops: [op],
  nonNegative: likeInput,
  derivative: averagingDerivative(reduction(op)),
  relevance: averagingRelevance(reduction(op)),
}));
