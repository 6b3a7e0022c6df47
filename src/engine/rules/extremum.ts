import type { Value } from '../onnx/builder.js';
import { output } from '../onnx/graph.js';
import { type Backward, likeInputs, type Rule, type RuleContext, unbroadcast } from './rule.js';

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

const someInput = ({ node, isNonNegative }: RuleContext): boolean => node.inputs.some(isNonNegative);

/** Max-13, Min-13 */
export const extrema: readonly Rule[] = [
  { ops: ['Max'], nonNegative: someInput, derivative: toWinner, relevance },
  { ops: ['Min'], nonNegative: likeInputs, derivative: toWinner, relevance },
];
