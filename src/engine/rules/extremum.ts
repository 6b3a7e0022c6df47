import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import {
  allActivations,
  type Backward,
  likeInputs,
  type Rule,
  type RuleContext,
  unbroadcast,
} from './rule.js';

/** To the operand that won, the first on a tie. */
const toWinner: Backward = ({ node, builder, shape, isConstant }, [arriving]) => {
  if (arriving == null) return node.inputs.map(() => null);
  let taken: Value | null = null;
  return node.inputs.map((operand) => {
    const reaches = builder.op('Equal', [operand, output(node)]);
    const wins = taken === null ? reaches : builder.op('And', [reaches, builder.op('Not', [taken])]);
    taken = taken === null ? reaches : builder.op('Or', [taken, reaches]);
    if (isConstant(operand)) return null;
    const part = builder.op('Where', [wins, arriving, builder.float(0)]);
    return unbroadcast(builder, part, shape(output(node)), shape(operand));
  });
};

/** A limit takes nothing, like that of a Clip. */
const relevance: Backward = (context, arriving) => {
  const { node, builder, shape, isConstant } = context;
  const [only, ...others] = node.inputs.filter((operand) => !isConstant(operand));
  if (only === undefined || others.length > 0) return toWinner(context, arriving);
  return node.inputs.map((operand) =>
    operand === only && arriving[0] != null
      ? unbroadcast(builder, arriving[0], shape(output(node)), shape(operand))
      : null,
  );
};

/** Where-16: to the operand that was chosen; the condition takes nothing. */
const toChosen: Backward = ({ node, builder, shape, isConstant }, [arriving]) =>
  node.inputs.map((operand, index) => {
    if (arriving == null || index === 0 || isConstant(operand)) return null;
    const zero = builder.float(0);
    const branches = index === 1 ? [arriving, zero] : [zero, arriving];
    const part = builder.op('Where', [input(node, 0), ...branches]);
    return unbroadcast(builder, part, shape(output(node)), shape(operand));
  });

const chosen = (context: RuleContext): readonly number[] =>
  allActivations(context).filter((position) => position > 0);

const someInput = ({ node, isNonNegative }: RuleContext): boolean => node.inputs.some(isNonNegative);

/** Max-13, Min-13, Where-16 */
export const extrema: readonly Rule[] = [
  { ops: ['Max'], nonNegative: someInput, derivative: toWinner, relevance, takers: allActivations },
  { ops: ['Min'], nonNegative: likeInputs, derivative: toWinner, relevance, takers: allActivations },
  {
    ops: ['Where'],
    nonNegative: ({ node, isNonNegative }) => node.inputs.slice(1).every(isNonNegative),
    derivative: toChosen,
    relevance: toChosen,
    takers: chosen,
  },
];
