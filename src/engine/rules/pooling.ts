import type { Value } from '../onnx/builder.js';
import { input, int, ints, output } from '../onnx/graph.js';
import { elementCount, floatTensor } from '../onnx/tensor.js';
import { averagingDerivative, type AveragingForm, averagingRelevance } from './averaging.js';
import { likeInput, type Rule, type RuleContext, unary } from './rule.js';
import { scatterAdd, toWinners } from './scatter.js';
import { at, outputPadding, type Window, windowAttributes, windowOf } from './window.js';

/** MaxPool-12: what arrives goes to the position that won; ONNX Runtime names the first in row-major order. */
const toWinner = unary(({ node, builder, shape }, arriving) => {
  const x = input(node, 0);
  const attributes = Object.fromEntries(node.attributes);
  const [, indices = ''] = builder.opWithOutputs(
    'MaxPool',
    [x],
    { ...attributes, storage_order: { type: 'int', value: 0 } },
    2,
  );
  return scatterAdd(builder, arriving, indices, shape(x));
});

/** GlobalMaxPool-1 */
const toGlobalWinner = unary(({ node, builder, shape }, arriving) => {
  const [n = 1, c = 1, ...size] = shape(input(node, 0));
  const planes = [n * c, elementCount(size)] as const;
  const placed = toWinners(builder, 'ArgMax', builder.reshape(input(node, 0), planes), arriving, planes);
  return builder.reshape(placed, [n, c, ...size]);
});

/** AveragePool-19: the mean over each window, with the padding counted or not. */
function averagePool({ node, builder, shape }: RuleContext): AveragingForm {
  const [, channels = 1, ...inputSize] = shape(input(node, 0));
  const outputSize = shape(output(node)).slice(2);
  const window = windowOf(node, ints(node, 'kernel_shape') ?? [], inputSize, outputSize);
  const counts = builder.constant(
    floatTensor(windowCounts(window, inputSize, outputSize, int(node, 'count_include_pad', 0) === 1), [
      1,
      1,
      ...outputSize,
    ]),
  );
  const ones = builder.constant(
    floatTensor(new Array<number>(channels * elementCount(window.kernel)).fill(1), [
      channels,
      1,
      ...window.kernel,
    ]),
  );
  // With ceil_mode the last window may reach beyond the padded input: the excess is cut off.
  const rest = outputPadding(window, inputSize, outputSize);
  const covering = { ...window, end: window.end.map((pad, axis) => pad + Math.max(0, -at(rest, axis))) };
  return {
    forward: (x) => builder.op('AveragePool', [x], Object.fromEntries(node.attributes)),
    transpose: (s) =>
      builder.op('ConvTranspose', [builder.div(s, counts), ones], {
        ...windowAttributes(covering),
        group: { type: 'int', value: channels },
        output_padding: { type: 'ints', value: rest.map((pad) => Math.max(0, pad)) },
      }),
  };
}

/** How many positions each window averages over, row-major over the output. */
function windowCounts(
  window: Window,
  input: readonly number[],
  output: readonly number[],
  includePad: boolean,
): readonly number[] {
  return output.reduce<readonly number[]>(
    (outer, size, axis) => {
      const low = includePad ? -at(window.begin, axis) : 0;
      const high = at(input, axis) + (includePad ? at(window.end, axis) : 0);
      const counts = Array.from({ length: size }, (_, place) => {
        const start = place * at(window.strides, axis) - at(window.begin, axis);
        const taps = Array.from(
          { length: at(window.kernel, axis) },
          (_, tap) => start + tap * at(window.dilations, axis),
        );
        return taps.filter((tap) => tap >= low && tap < high).length;
      });
      return outer.flatMap((count) => counts.map((other) => count * other));
    },
    [1],
  );
}

/** GlobalAveragePool-1 */
function globalAveragePool({ node, builder, shape }: RuleContext): AveragingForm {
  const pixels = elementCount(shape(input(node, 0)).slice(2));
  return {
    forward: (x) => builder.op('GlobalAveragePool', [x]),
    transpose: (s: Value) => builder.div(s, builder.float(pixels)),
  };
}

export const poolings: readonly Rule[] = [
  { ops: ['MaxPool'], nonNegative: likeInput, derivative: toWinner, relevance: toWinner },
  { ops: ['GlobalMaxPool'], nonNegative: likeInput, derivative: toGlobalWinner, relevance: toGlobalWinner },
  {
    ops: ['AveragePool'],
    nonNegative: likeInput,
    derivative: averagingDerivative(averagePool),
    relevance: averagingRelevance(averagePool),
  },
  {
    ops: ['GlobalAveragePool'],
    nonNegative: likeInput,
    derivative: averagingDerivative(globalAveragePool),
    relevance: averagingRelevance(globalAveragePool),
  },
];
