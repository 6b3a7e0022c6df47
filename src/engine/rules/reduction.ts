import { counted } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { input, int, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { averagingDerivative, type AveragingForm, averagingRelevance } from './averaging.js';
import { ratio, ratioOfPositive } from './ratio.js';
import { always, dataOnly, likeInput, never, type Rule, type RuleContext } from './rule.js';
import { toWinners } from './scatter.js';

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
  if (given.length > 0) return given.map((axis) => counted(axis, rank));
  return int(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

const averages: readonly Rule[] = (['ReduceMean', 'ReduceSum'] as const).map((op) => ({
  ops: [op],
  nonNegative: likeInput,
  derivative: averagingDerivative(reduction(op)),
  relevance: averagingRelevance(reduction(op)),
}));

/** ReduceLogSum-18, the logarithm of a sum: e^y of it is known. */
function logarithmOfSum(context: RuleContext): AveragingForm {
  const { node, builder } = context;
  const form = reduction('ReduceSum')(context);
  return { ...form, result: builder.op('Exp', [output(node)]) };
}

const logarithm: Rule = {
  ops: ['ReduceLogSum'],
  nonNegative: never,
  derivative: dataOnly((context, g) => {
    const { builder, node, shape } = context;
    const { transpose, result = '' } = logarithmOfSum(context);
    return builder.op('Expand', [transpose(builder.div(g, result)), builder.ints(shape(input(node, 0)))]);
  }),
  relevance: averagingRelevance(logarithmOfSum),
};

/** ReduceMax-18 and ReduceMin-18: everything goes to the position that won, the first in row-major order. */
const toWinner = dataOnly((context, arriving) => {
  const { node, builder, shape } = context;
  const size = shape(input(node, 0));
  const axes = reducedAxes(context);
  const kept = size.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const order = [...kept, ...axes.toSorted((a, b) => a - b)];
  const rows = elementCount(kept.map((axis) => size[axis] ?? 1));
  const columns = elementCount(size) / rows;
  const flat = builder.reshape(builder.transpose(input(node, 0), order), [rows, columns]);
  const find = node.op === 'ReduceMax' ? 'ArgMax' : 'ArgMin';
  const placed = toWinners(builder, find, flat, arriving, [rows, columns]);
  const ordered = builder.reshape(
    placed,
    order.map((axis) => size[axis] ?? 1),
  );
  return builder.transpose(
    ordered,
    size.map((_, axis) => order.indexOf(axis)),
  );
});

/** Something of x, of its shape, given y with the reduced axes kept. */
type At = (context: RuleContext, x: Value, y: Value) => Value;

/**
 * The row of a function of Σ t(x) with t ≥ 0: each x takes by its t.
 * @param slope ∂y/∂x
 */
function ofTerms(op: string, nonNegative: Rule['nonNegative'], term: At, slope: At): Rule {
  const carry = (back: (context: RuleContext, arriving: Value, y: Value) => Value): Rule['derivative'] =>
    dataOnly((context, arriving) => {
      const { node, builder, shape } = context;
      const axes = reducedAxes(context);
      const kept = shape(input(node, 0)).map((length, axis) => (axes.includes(axis) ? 1 : length));
      return back(context, builder.reshape(arriving, kept), builder.reshape(output(node), kept));
    });
  return {
    ops: [op],
    nonNegative,
    derivative: carry((context, g, y) => context.builder.mul(g, slope(context, input(context.node, 0), y))),
    relevance: carry((context, relevance, y) => {
      const { builder, node } = context;
      const terms = term(context, input(node, 0), y);
      const total = builder.reduceSum(terms, reducedAxes(context), true);
      return builder.mul(terms, ratioOfPositive(context, relevance, total));
    }),
  };
}

const size: At = ({ builder }, x) => builder.op('Abs', [x]);
const square: At = ({ builder }, x) => builder.mul(x, x);
/** e^x / Σ e^x */
const share: At = ({ builder }, x, y) => builder.op('Exp', [builder.sub(x, y)]);

/** ReduceL1, ReduceL2, ReduceSumSquare and ReduceLogSumExp-18 */
const measures: readonly Rule[] = [
  ofTerms('ReduceL1', always, size, ({ builder }, x) => builder.op('Sign', [x])),
  ofTerms('ReduceL2', always, square, ({ builder }, x, y) => ratio(builder, x, y)),
  ofTerms('ReduceSumSquare', always, square, ({ builder }, x) => builder.mul(x, builder.float(2))),
  ofTerms('ReduceLogSumExp', never, share, share),
];

export const reductions: readonly Rule[] = [
  ...averages,
  { ops: ['ReduceMax', 'ReduceMin'], nonNegative: likeInput, derivative: toWinner, relevance: toWinner },
  logarithm,
  ...measures,
];
