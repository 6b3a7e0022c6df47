import { counted } from '../onnx/axes.js';
import type { Value } from '../onnx/builder.js';
import { float, input, int, ints, output } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import {
  dataOnly,
  hasConstantParameters,
  likeInput,
  never,
  passThrough,
  type Rule,
  type RuleContext,
} from './rule.js';

/** Shape that lets one value per channel meet (N, C, …). */
function perChannel({ shape, node }: RuleContext): readonly number[] {
  return [
    1,
    -1,
    ...shape(input(node, 0))
      .slice(2)
      .map(() => 1),
  ];
}

/** BatchNormalization-15 in inference mode: y = γ (x − mean) / √(variance + ε) + β. */
const batchNormalization: Rule = {
  ops: ['BatchNormalization'],
  nonNegative: never,
  derivative: dataOnly((context, g) => {
    const { node, builder } = context;
    const variance = builder.add(input(node, 4), builder.float(float(node, 'epsilon', 1e-5)));
    const slope = builder.div(input(node, 1), builder.op('Sqrt', [variance]));
    return builder.mul(g, builder.reshape(slope, perChannel(context)));
  }),
  relevance: passThrough,
};

/**
 * LRN-13: y = x d^(−β) with d = bias + α/n Σ x² over n neighbouring channels;
 * ∂: g d^(−β) − 2αβ/n x Σ (g x d^(−β−1)) over the same neighbours.
 */
const localResponseNormalization: Rule = {
  ops: ['LRN'],
  nonNegative: likeInput,
  derivative: dataOnly((context, g) => {
    const { node, builder } = context;
    const x = input(node, 0);
    const size = int(node, 'size', 1);
    const [alpha, beta] = [float(node, 'alpha', 1e-4), float(node, 'beta', 0.75)];
    const bias = float(node, 'bias', 1);
    const power = (value: string, exponent: number): string =>
      builder.op('Pow', [value, builder.float(exponent)]);
    const times = (value: string, factor: number): string => builder.mul(value, builder.float(factor));

    const squares = channelSum(context, builder.mul(x, x), size);
    const d = builder.add(times(squares, alpha / size), builder.float(bias));
    const spread = builder.mul(builder.mul(g, x), power(d, -beta - 1));
    const gathered = channelSum(context, spread, size);
    const indirect = times(builder.mul(x, gathered), (2 * alpha * beta) / size);
    return builder.sub(builder.mul(g, power(d, -beta)), indirect);
  }),
  relevance: passThrough,
};

/** Sums over `size` neighbouring channels of (N, C, …); ONNX Runtime takes odd sizes only. */
function channelSum({ node, builder, shape }: RuleContext, value: string, size: number): string {
  const [n = 1, c = 1, ...spatial] = shape(output(node));
  const plane = builder.reshape(value, [n, 1, c, elementCount(spatial)]);
  const mean = builder.op('AveragePool', [plane], {
    kernel_shape: { type: 'ints', value: [size, 1] },
    pads: { type: 'ints', value: [(size - 1) / 2, 0, (size - 1) / 2, 0] },
    count_include_pad: { type: 'int', value: 1 },
  });
  return builder.reshape(builder.mul(mean, builder.float(size)), [n, c, ...spatial]);
}

/** x̂ = (x − μ) / σ over some axes; without centring (root mean square) μ is 0. */
interface Standardisation {
  readonly x: Value;
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly isCentred: boolean;
}

/** What arrives at x̂, carried to x. */
type Back = (context: RuleContext, of: Standardisation, arriving: Value) => Value;

/** ∂: (g − mean(g) − x̂ mean(g x̂)) / σ, of which the first mean is of the centring. */
const standardised: Back = (context, of, g) => {
  const { builder } = context;
  const { shifted, deviation, mean } = moments(context, of);
  const normal = builder.div(shifted, deviation);
  const level = of.isCentred ? builder.sub(g, mean(g)) : g;
  const along = builder.mul(normal, mean(builder.mul(g, normal)));
  return builder.div(builder.sub(level, along), deviation);
};

/** The same with σ held constant: (m − mean(m)) / σ. */
const scaled: Back = (context, of, m) => {
  const { builder } = context;
  const { deviation, mean } = moments(context, of);
  return builder.div(of.isCentred ? builder.sub(m, mean(m)) : m, deviation);
};

function moments({ builder }: RuleContext, { x, axes, epsilon, isCentred }: Standardisation) {
  const mean = (value: Value): Value => builder.op('ReduceMean', [value, builder.ints(axes)]);
  const shifted = isCentred ? builder.sub(x, mean(x)) : x;
  const variance = builder.add(mean(builder.mul(shifted, shifted)), builder.float(epsilon));
  return { mean, shifted, deviation: builder.op('Sqrt', [variance]) };
}

/** The row of a norm: relevance stays where it is, on tokens with σ held constant. */
function norm(op: string, carry: (back: Back) => Rule['derivative']): Rule {
  return {
    ops: [op],
    nonNegative: never,
    derivative: carry(standardised),
    relevance: passThrough,
    multiplier: carry(scaled),
  };
}

/**
 * LayerNormalization-17, RMSNormalization-23 and, where ONNX Runtime has that one under its older name,
 * SimplifiedLayerNormalization: over all axes from `axis` on.
 */
function lastAxes(op: string, isCentred: boolean): Rule {
  const carry = (back: Back): Rule['derivative'] =>
    dataOnly((context, arriving) => {
      const { node, builder, shape } = context;
      const x = input(node, 0);
      const rank = shape(x).length;
      const first = counted(int(node, 'axis', -1), rank);
      const axes = Array.from({ length: rank - first }, (_, index) => first + index);
      const of = { x, axes, epsilon: float(node, 'epsilon', 1e-5), isCentred };
      return back(context, of, builder.mul(arriving, input(node, 1)));
    });
  return norm(op, carry);
}

/**
 * InstanceNormalization-6 (every channel by itself) and GroupNormalization (groups of channels), which has one scale a
 * group before opset 21 and one a channel since.
 */
function overGroups(op: string, groupCount: (context: RuleContext, channels: number) => number): Rule {
  const carry = (back: Back): Rule['derivative'] =>
    dataOnly((context, arriving) => {
      const { node, builder, shape } = context;
      const dims = shape(input(node, 0));
      const [n = 1, c = 1] = dims;
      const [scales = c] = shape(input(node, 1));
      const grouped = [n, groupCount(context, c), -1];
      const scale = builder.reshape(input(node, 1), [1, scales, 1]);
      const atScales = builder.mul(builder.reshape(arriving, [n, scales, -1]), scale);
      const x = builder.reshape(input(node, 0), grouped);
      const of = { x, axes: [2], epsilon: float(node, 'epsilon', 1e-5), isCentred: true };
      return builder.reshape(back(context, of, builder.reshape(atScales, grouped)), dims);
    });
  return norm(op, carry);
}

/** MeanVarianceNormalization-13: over the axes given, every channel by itself where there are none. */
function overGivenAxes(back: Back): Rule['derivative'] {
  return dataOnly((context, arriving) => {
    const x = input(context.node, 0);
    const rank = context.shape(x).length;
    const axes = (ints(context.node, 'axes') ?? [0, 2, 3]).map((axis) => counted(axis, rank));
    // ONNX Runtime adds 1e-9 to the deviation.
    return back(context, { x, axes, epsilon: 1e-18, isCentred: true }, arriving);
  });
}

/** By the rules a norm's scale and shift take nothing, even such as the image makes; but they have a derivative. */
const covers: Rule['covers'] = (context, pass) => pass === 'relevance' || hasConstantParameters(context);

export const normalizations: readonly Rule[] = [
  batchNormalization,
  localResponseNormalization,
  lastAxes('LayerNormalization', true),
  lastAxes('RMSNormalization', false),
  lastAxes('SimplifiedLayerNormalization', false),
  overGroups('InstanceNormalization', (_, channels) => channels),
  norm('MeanVarianceNormalization', overGivenAxes),
  overGroups('GroupNormalization', ({ node }) => int(node, 'num_groups', 1)),
].map((rule) => ({ ...rule, covers }));
