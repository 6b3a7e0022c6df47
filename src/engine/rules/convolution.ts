import type { GraphBuilder, Value } from '../compile/builder.js';
import { floatTensor } from '../onnx/tensor.js';
import { linear, type LinearForm } from './linear.js';
import { input, output, type Rule, type RuleContext } from './rule.js';
import { at, groupOf, isUnit, outputPadding, windowAttributes, windowOf, type Window } from './window.js';

/** Conv-11 with constant weights [M, C/group, kernel…]. */
function convolution(context: RuleContext): LinearForm {
  const { node, builder, shape } = context;
  const [x, w] = [input(node, 0), input(node, 1)];
  const group = groupOf(node);
  const weightShape = shape(w);
  const inputSize = shape(x).slice(2);
  const outputSize = shape(output(node)).slice(2);
  const window = windowOf(node, weightShape.slice(2), inputSize, outputSize);
  const attributes = { ...windowAttributes(window), group: { type: 'int', value: group } } as const;
  return {
    x,
    position: 0,
    w,
    forward: (data, weight, offset) =>
      builder.op('Conv', [data, weight, ...bias(builder, at(weightShape, 0), offset)], attributes),
    transpose: (s, weight) =>
      isUnit(window.strides) && canMirror(window)
        ? mirrored(builder, s, weight, weightShape, window, group)
        : builder.op('ConvTranspose', [s, weight], {
            ...attributes,
            output_padding: { type: 'ints', value: outputPadding(window, inputSize, outputSize) },
          }),
  };
}

/** ConvTranspose-11 with constant weights [C, M/group, kernel…]; its transpose is a Conv. */
function transposedConvolution(context: RuleContext): LinearForm {
  const { node, builder, shape } = context;
  const [x, w] = [input(node, 0), input(node, 1)];
  const group = groupOf(node);
  const weightShape = shape(w);
  const inputSize = shape(x).slice(2);
  const outputSize = shape(output(node)).slice(2);
  // As a Conv from y to x the roles of input and output change.
  const window = windowOf(node, weightShape.slice(2), outputSize, inputSize);
  const attributes = { ...windowAttributes(window), group: { type: 'int', value: group } } as const;
  const output_padding = { type: 'ints', value: outputPadding(window, outputSize, inputSize) } as const;
  return {
    x,
    position: 0,
    w,
    forward: (data, weight, offset) =>
      builder.op('ConvTranspose', [data, weight, ...bias(builder, at(weightShape, 1) * group, offset)], {
        ...attributes,
        output_padding,
      }),
    transpose: (s, weight) => builder.op('Conv', [s, weight], attributes),
  };
}

/** An offset on every output channel costs nothing as a bias. */
function bias(builder: GraphBuilder, channels: number, offset: number): Value[] {
  return offset === 0
    ? []
    : [builder.constant(floatTensor(new Array<number>(channels).fill(offset), [channels]))];
}

/** Mirroring a kernel turns a pad p into d (k − 1) − p, which must not be negative. */
function canMirror({ kernel, dilations, begin, end }: Window): boolean {
  return kernel.every(
    (size, axis) => at(dilations, axis) * (size - 1) >= Math.max(at(begin, axis), at(end, axis)),
  );
}

/**
 * The transpose of a convolution of stride 1 is the convolution with the mirrored kernel and exchanged channels, which
 * ONNX Runtime computes faster than ConvTranspose.
 */
function mirrored(
  builder: GraphBuilder,
  s: Value,
  weight: Value,
  [m = 1, cPerGroup = 1, ...kernel]: readonly number[],
  window: Window,
  group: number,
): Value {
  const spatial = kernel.map((_, axis) => axis);
  const exchanged = (): Value => {
    const grouped = builder.reshape(weight, [group, m / group, cPerGroup, ...kernel]);
    const swapped = builder.transpose(grouped, [0, 2, 1, ...spatial.map((axis) => axis + 3)]);
    return builder.reshape(swapped, [group * cPerGroup, m / group, ...kernel]);
  };
  const flat =
    group === 1 ? builder.transpose(weight, [1, 0, ...spatial.map((axis) => axis + 2)]) : exchanged();
  const all = (value: number): number[] => kernel.map(() => value);
  const turned = isUnit(kernel)
    ? flat
    : builder.slice(
        flat,
        all(-1),
        all(Number.MIN_SAFE_INTEGER),
        spatial.map((axis) => axis + 2),
        all(-1),
      );
  const pads = (side: readonly number[]): number[] =>
    side.map((pad, axis) => at(window.dilations, axis) * (at(window.kernel, axis) - 1) - pad);
  return builder.op('Conv', [s, turned], {
    ...windowAttributes({ ...window, begin: pads(window.begin), end: pads(window.end) }),
    group: { type: 'int', value: group },
  });
}

export const convolutions: readonly Rule[] = [
  linear('Conv', convolution),
  linear('ConvTranspose', transposedConvolution),
];
