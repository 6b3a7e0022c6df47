import { float, int } from '../onnx/graph.js';
import { elementCount } from '../onnx/tensor.js';
import { input, likeInput, never, output, passThrough, unary, type Rule, type RuleContext } from './rule.js';

/** Parameters are constants and take nothing. */
const parametersTakeNothing =
  (carry: Rule['relevance']): Rule['relevance'] =>
  (context, arriving) => [...carry(context, arriving), ...context.node.inputs.slice(1).map(() => null)];

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
  derivative: parametersTakeNothing(
    unary((context, g) => {
      const { node, builder } = context;
      const variance = builder.add(input(node, 4), builder.float(float(node, 'epsilon', 1e-5)));
      const slope = builder.div(input(node, 1), builder.op('Sqrt', [variance]));
      return builder.mul(g, builder.reshape(slope, perChannel(context)));
    }),
  ),
  relevance: parametersTakeNothing(passThrough),
};

/**
 * LRN-13: y = x d^(−β) with d = bias + α/n Σ x² over n neighbouring channels;
 * ∂: g d^(−β) − 2αβ/n x Σ (g x d^(−β−1)) over the same neighbours.
 */
const localResponseNormalization: Rule = {
  ops: ['LRN'],
  nonNegative: likeInput,
  derivative: unary((context, g) => {
    const { node, builder } = context;
    const x = input(node, 0);
    const size = int(node, 'size', 1);
    const [alpha, beta] = [float(node, 'alpha', 1e-4), float(node, 'beta', 0.75)];
    const bias = float(node, 'bias', 1);
    const power = (value: string, exponent: number): string =>
      builder.op('Pow', [value, builder.float(exponent)]);
    const scaled = (value: string, factor: number): string => builder.mul(value, builder.float(factor));

    const squares = channelSum(context, builder.mul(x, x), size);
    const d = builder.add(scaled(squares, alpha / size), builder.float(bias));
    const spread = builder.mul(builder.mul(g, x), power(d, -beta - 1));
    const gathered = channelSum(context, spread, size);
    const indirect = scaled(builder.mul(x, gathered), (2 * alpha * beta) / size);
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

export const normalizations: readonly Rule[] = [batchNormalization, localResponseNormalization];
