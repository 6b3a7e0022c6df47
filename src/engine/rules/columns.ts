import type { Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { elementCount, floatTensor } from '../onnx/tensor.js';
import { averagingDerivative, type AveragingForm, averagingRelevance } from './averaging.js';
import { likeInput, type Rule, type RuleContext } from './rule.js';
import { windowAttributes, windowOf } from './window.js';

/**
 * Col2Im-18 of (N, C · K, L): puts L blocks of K positions into a picture and adds up where they overlap. Its transpose
 * takes every block out again, by a Conv with one kernel for each position of a block.
 */
function columns(context: RuleContext): AveragingForm {
  const { node, builder, shape, constantValues } = context;
  const size = shape(input(node, 0));
  const [, channels = 1, ...picture] = shape(output(node));
  const kernel = constantValues(input(node, 2)) ?? [];
  const count = elementCount(kernel);
  const window = windowOf(node, kernel, picture, []);
  const kernels = Float32Array.from({ length: channels * count * count }, (_, index) =>
    Math.floor(index / count) % count === index % count ? 1 : 0,
  );
  const group = { type: 'int', value: channels } as const;
  return {
    forward: (x) => builder.op('Col2Im', [x, ...node.inputs.slice(1)], Object.fromEntries(node.attributes)),
    transpose: (s: Value) => {
      const weights = builder.constant(floatTensor(kernels, [channels * count, 1, ...kernel]));
      return builder.reshape(builder.op('Conv', [s, weights], { ...windowAttributes(window), group }), size);
    },
  };
}

export const columnRules: readonly Rule[] = [
  {
    ops: ['Col2Im'],
    covers: ({ node, constantValues }) => constantValues(input(node, 2)) !== null,
    nonNegative: likeInput,
    derivative: averagingDerivative(columns),
    relevance: averagingRelevance(columns),
  },
];
