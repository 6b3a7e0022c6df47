import type { Value } from '../onnx/builder.js';
import { input, int, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { averagingDerivative, type AveragingForm, averagingRelevance } from './averaging.js';
import { ratio } from './ratio.js';
import { always, dataOnly, likeInput, type Rule, type RuleContext } from './rule.js';

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

const averages: readonly Rule[] = (['ReduceMean', 'ReduceSum'] as const).map((op) => ({
  ops: [op],
  nonNegative: likeInput,
  derivative: averagingDerivative(reduction(op)),
  relevance: averagingRelevance(reduction(op)),
}));

/** ReduceMax-18: everything goes to the position that won, the first in row-major order. */
const toLargest = dataOnly((context, arriving) => {
  const { node, builder, shape } = context;
  const size = shape(input(node, 0));
  const axes = reducedAxes(context);
  const kept = size.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...kept, ...axes.toSorted((a, b) => a - b)];
  const rows = elementCount(kept.map((axis) => size[axis] ?? 1));
  const columns = elementCount(size) / rows;
  const flat = builder.reshape(builder.transpose(input(node, 0), order), [rows, columns]);
  const winner = builder.op('ArgMax', [flat], { axis: { type: 'int', value: 1 } });
  const zeros = builder.op('ConstantOfShape', [builder.ints([rows, columns])]);
  const placed = builder.op('ScatterElements', [zeros, winner, builder.reshape(arriving, [rows, 1])], {
    axis: { type: 'int', value: 1 },
  });
  const ordered = builder.reshape(
    placed,
    order.map((axis) => size[axis] ?? 1),
  );
  return builder.transpose(
    ordered,
    size.map((_, axis) => order.indexOf(axis)),
  );
});

/** ReduceL2-18, inside norms: ∂ is x / y. It stands on no way of relevance. */
const euclideanNorm: Rule = {
  ops: ['ReduceL2'],
  covers: (_, pass) => pass === 'derivative',
  nonNegative: always,
  derivative: dataOnly((context, g) => {
    const { node, builder, shape } = context;
    const size = shape(input(node, 0));
    const axes = reducedAxes(context);
    const kept = size.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const quotient = ratio(builder, builder.reshape(g, kept), builder.reshape(output(node), kept));
    return builder.mul(input(node, 0), quotient);
  }),
  relevance: () => [],
  takers: () => [],
};

export const reductions: readonly Rule[] = [
  ...averages,
  { ops: ['ReduceMax'], nonNegative: likeInput, derivative: toLargest, relevance: toLargest },
  euclideanNorm,
];
