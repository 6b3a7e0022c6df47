import { counted } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { input, ints, type Node, output, text } from '../onnx/graph.js';
import { elementCount, floatTensor } from '../onnx/tensor.js';
import { averagingDerivative, type AveragingForm, averagingRelevance } from './averaging.js';
import { likeInput, type Rule, type RuleContext } from './rule.js';

/**
 * Resize-18 over spatial axes. It is linear, and separable: along each axis a matrix that is found by resizing the unit
 * vectors of that axis, which ONNX Runtime does when the session is made.
 */
function resize(context: RuleContext): AveragingForm {
  const { node, builder, shape } = context;
  const [from, to] = [shape(input(node, 0)), shape(output(node))];
  const attributes = Object.fromEntries(node.attributes);
  return {
    forward: (x) => builder.op('Resize', [x, ...node.inputs.slice(1)], attributes),
    transpose: (s) => from.reduce((value, _, axis) => alongAxis(context, value, from, to, axis), s),
  };
}

/** What a matrix along one axis is not to be made with: its size is given, and it has no constant term. */
const OF_ALL_AXES = new Set(['axes', 'extrapolation_value', 'keep_aspect_ratio_policy']);

/** Applies the transposed matrix of one axis. */
function alongAxis(
  context: RuleContext,
  value: Value,
  from: readonly number[],
  to: readonly number[],
  axis: number,
): Value {
  const { node, builder, constantValues } = context;
  const [inSize = 1, outSize = 1] = [from[axis], to[axis]];
  const region = regionOf(context, from.length, axis);
  if (inSize === outSize && region === null) return value;
  // [inSize unit vectors, 1, inSize, 1] → [inSize, 1, outSize, 1]: row i is what input i becomes.
  const units = builder.reshape(builder.op('EyeLike', [squareOf(builder, inSize)]), [inSize, 1, inSize, 1]);
  const scale = constantValues(input(node, 2))?.[axes(node, from.length).indexOf(axis)];
  const target =
    scale === undefined
      ? ['', builder.ints([inSize, 1, outSize, 1])]
      : [builder.constant(floatTensor([1, 1, scale, 1], [4]))];
  const attributes = Object.fromEntries([...node.attributes].filter(([name]) => !OF_ALL_AXES.has(name)));
  const resized = builder.op('Resize', [units, region ?? '', ...target], attributes);
  const matrix = builder.reshape(resized, [inSize, outSize]);
  const lead = elementCount(from.slice(0, axis));
  const rest = elementCount(to.slice(axis + 1));
  const flat = builder.reshape(value, [lead, outSize, rest]);
  const back = builder.op('MatMul', [matrix, flat]);
  return builder.reshape(back, [...from.slice(0, axis + 1), ...to.slice(axis + 1)]);
}

const isCropping = ({ node }: RuleContext): boolean =>
  text(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';

/** The part of one axis that is cropped before it is resized; null for no such thing. */
function regionOf(context: RuleContext, rank: number, axis: number): Value | null {
  const { node, builder, constantValues } = context;
  const region = isCropping(context) ? constantValues(input(node, 1)) : null;
  const named = axes(node, rank);
  const index = named.indexOf(axis);
  if (region === null || index < 0) return null;
  const [start = 0, end = 1] = [region[index], region[named.length + index]];
  return builder.constant(floatTensor([0, 0, start, 0, 1, 1, end, 1], [8]));
}

/** The axes that scales speak of: all, unless Resize-18 names some. */
function axes(node: Node, rank: number): readonly number[] {
  const named = ints(node, 'axes')?.map((axis) => counted(axis, rank));
  return named ?? Array.from({ length: rank }, (_, axis) => axis);
}

function squareOf(builder: RuleContext['builder'], size: number): Value {
  return builder.op('ConstantOfShape', [builder.ints([size, size])]);
}

export const resizes: readonly Rule[] = [
  {
    ops: ['Resize'],
    // A cubic kernel has negative weights: its output is no average.
    covers: (context, pass) =>
      (pass === 'derivative' || text(context.node, 'mode', 'nearest') !== 'cubic') &&
      (!isCropping(context) || context.constantValues(input(context.node, 1)) !== null),
    nonNegative: likeInput,
    derivative: averagingDerivative(resize),
    relevance: averagingRelevance(resize),
  },
];
