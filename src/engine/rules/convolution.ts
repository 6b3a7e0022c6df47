import type { GraphBuilder, Value } from '../onnx/builder.js';
import { input, output } from '../onnx/graph.js';
import { floatTensor } from '../onnx/tensor.js';
import { linear, type LinearForm } from './linear.js';
import type { Rule, RuleContext } from './rule.js';
import {
  at,
  groupOf,
  isUnit,
  outputPadding,
  transposedWindowOf,
  type Window,
  windowAttributes,
  windowOf,
} from './window.js';

/** The window of a Conv, or of the Conv that a ConvTranspose is the transpose of, with its attributes written out. */
function geometry({ node, shape }: RuleContext) {
  const sizes = [input(node, 0), output(node)].map((tensor) => shape(tensor).slice(2));
  const [from = [], to = []] = node.op === 'Conv' ? sizes : sizes.toReversed();
  const weightShape = shape(input(node, 1));
  const kernel = weightShape.slice(2);
  const window =
    node.op === 'Conv' ? windowOf(node, kernel, from, to) : transposedWindowOf(node, kernel, to, from);
  const group = groupOf(node);
  const attributes = { ...windowAttributes(window), group: { type: 'int', value: group } } as const;
  const output_padding = { type: 'ints', value: outputPadding(window, from, to) } as const;
  return { weightShape, window, group, forward: attributes, backward: { ...attributes, output_padding } };
}

/** Conv-11 with constant weights [M, C/group, kernel…]. */
function convolution(context: RuleContext): LinearForm {
  const { node, builder } = context;
  const { weightShape, window, group, forward, backward } = geometry(context);
  return {
    x: input(node, 0),
    position: 0,
    w: input(node, 1),
    bias: ownBias(context),
    forward: (data, weight, offset) =>
      builder.op('Conv', [data, weight, ...biasOf(builder, at(weightShape, 0), offset)], forward),
    transpose: (s, weight) =>
      (group > 1 || !isUnit(window.kernel)) && isUnit(window.strides) && canMirror(window)
        ? mirrored(builder, s, weight, weightShape, window, group)
        : builder.op('ConvTranspose', [s, weight], backward),
  };
}

/** ConvTranspose-11 with constant weights [C, M/group, kernel…]; its transpose is a Conv. */
function transposedConvolution(context: RuleContext): LinearForm {
  const { node, builder } = context;
  const { weightShape, group, forward, backward } = geometry(context);
  return {
    x: input(node, 0),
    position: 0,
    w: input(node, 1),
    bias: ownBias(context),
    forward: (data, weight, offset) => {
      const offsets = biasOf(builder, at(weightShape, 1) * group, offset);
      return builder.op('ConvTranspose', [data, weight, ...offsets], backward);
    },
    transpose: (s, weight) => builder.op('Conv', [s, weight], forward),
  };
}

/** The bias of every output channel, to be broadcast to (N, M, …). */
function ownBias({ node, builder, shape }: RuleContext): Value | null {
  const spatial = shape(output(node)).slice(2);
  return input(node, 2) === '' ? null : builder.reshape(input(node, 2), [-1, ...spatial.map(() => 1)]);
}

/** An offset on every output channel costs nothing as a bias. */
function biasOf(builder: GraphBuilder, channels: number, offset: number): Value[] {
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
 * ONNX Runtime computes faster than ConvTranspose; of 1 × 1 without groups it is as fast, and spares a copy of the weights.
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
  const grouped = builder.reshape(weight, [group, m / group, cPerGroup, ...kernel]);
  const swapped = builder.transpose(grouped, [0, 2, 1, ...spatial.map((axis) => axis + 3)]);
  const flat = builder.reshape(swapped, [group * cPerGroup, m / group, ...kernel]);
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
