import type { Value } from '../compile/builder.js';
import { float, text } from '../onnx/graph.js';
import { always, dataOnly, input, never, output, passThrough, type Rule, type RuleContext } from './rule.js';

/** An elementwise function: its derivative at x (given y = f(x)), and R_x = R_y. */
function activation(
  op: string,
  nonNegative: (context: RuleContext) => boolean,
  slope: (context: RuleContext, x: Value, y: Value) => Value,
): Rule {
  return {
    ops: [op],
    nonNegative,
    derivative: dataOnly((context, g) =>
      context.builder.mul(g, slope(context, input(context.node, 0), output(context.node))),
    ),
    relevance: passThrough,
  };
}

/** Where(condition, a, b) on constants or tensors. */
function where({ builder }: RuleContext, condition: Value, a: Value, b: Value): Value {
  return builder.op('Where', [condition, a, b]);
}

function isPositive({ builder }: RuleContext, x: Value): Value {
  return builder.op('Greater', [x, builder.float(0)]);
}

/** y (1 − y) */
function logistic({ builder }: RuleContext, y: Value): Value {
  return builder.mul(y, builder.sub(builder.float(1), y));
}

export const activations: readonly Rule[] = [
  activation('Relu', always, ({ builder }, _, y) => builder.op('Sign', [y])),
  activation('LeakyRelu', never, (context, x) => {
    const { builder, node } = context;
    return where(
      context,
      isPositive(context, x),
      builder.float(1),
      builder.float(float(node, 'alpha', 0.01)),
    );
  }),
  activation('PRelu', never, (context, x) =>
    where(context, isPositive(context, x), context.builder.float(1), input(context.node, 1)),
  ),
  activation(
    'Clip',
    (context) => (limits(context)[0] ?? -1) >= 0 || context.isNonNegative(input(context.node, 0)),
    (context, x) => inside(context, x),
  ),
  activation('Sigmoid', always, (context, _, y) => logistic(context, y)),
  activation('HardSigmoid', always, (context, _, y) => {
    const { builder, node } = context;
    const open = builder.op('And', [
      builder.op('Greater', [y, builder.float(0)]),
      builder.op('Less', [y, builder.float(1)]),
    ]);
    return where(context, open, builder.float(float(node, 'alpha', 0.2)), builder.float(0));
  }),
  activation('Tanh', never, ({ builder }, _, y) => builder.sub(builder.float(1), builder.mul(y, y))),
  activation('Elu', never, (context, x, y) => {
    const { builder, node } = context;
    const alpha = builder.float(float(node, 'alpha', 1));
    return where(context, isPositive(context, x), builder.float(1), builder.add(y, alpha));
  }),
  activation('Selu', never, (context, x, y) => {
    const { builder, node } = context;
    const gamma = float(node, 'gamma', 1.05070102214813232421875);
    const alpha = float(node, 'alpha', 1.67326319217681884765625);
    const negative = builder.add(y, builder.float(alpha * gamma));
    return where(context, isPositive(context, x), builder.float(gamma), negative);
  }),
  activation('Celu', never, (context, x, y) => {
    const { builder, node } = context;
    const alpha = builder.float(float(node, 'alpha', 1));
    return where(
      context,
      isPositive(context, x),
      builder.float(1),
      builder.add(builder.div(y, alpha), builder.float(1)),
    );
  }),
  activation('Gelu', never, geluSlope),
  activation('HardSwish', never, (context, x) => {
    const { builder } = context;
    const middle = builder.add(builder.div(x, builder.float(3)), builder.float(0.5));
    const above = where(context, builder.op('Less', [x, builder.float(3)]), middle, builder.float(1));
    return where(context, builder.op('Greater', [x, builder.float(-3)]), above, builder.float(0));
  }),
  activation('Mish', never, ({ builder }, x) => {
    const gate = builder.op('Tanh', [builder.op('Softplus', [x])]);
    const slope = builder.sub(builder.float(1), builder.mul(gate, gate));
    return builder.add(gate, builder.mul(builder.mul(x, builder.op('Sigmoid', [x])), slope));
  }),
  activation('Softplus', always, ({ builder }, x) => builder.op('Sigmoid', [x])),
  activation('Softsign', never, ({ builder }, x) => {
    const size = builder.add(builder.op('Abs', [x]), builder.float(1));
    return builder.op('Reciprocal', [builder.mul(size, size)]);
  }),
  activation('Erf', never, (context, x) =>
    context.builder.mul(context.builder.float(2 / Math.sqrt(Math.PI)), gaussian(context, x, 1)),
  ),
  activation('ThresholdedRelu', always, (context, x) => {
    const { builder, node } = context;
    const open = builder.op('Greater', [x, builder.float(float(node, 'alpha', 1))]);
    return where(context, open, builder.float(1), builder.float(0));
  }),
  activation('Neg', never, ({ builder }) => builder.float(-1)),
];

/** Lowest and highest value of a Clip-13; null where it has none or it is not known. */
function limits({ node, constantValues }: RuleContext): readonly [number | null, number | null] {
  const value = (index: number): number | null =>
    input(node, index) === '' ? null : (constantValues(input(node, index))?.[0] ?? null);
  return [value(1), value(2)];
}

/** 1 strictly between the limits of a Clip, 0 elsewhere. */
function inside(context: RuleContext, x: Value): Value {
  const { node, builder } = context;
  const conditions = [
    ...(input(node, 1) === '' ? [] : [builder.op('Greater', [x, input(node, 1)])]),
    ...(input(node, 2) === '' ? [] : [builder.op('Less', [x, input(node, 2)])]),
  ];
  const [first, second] = conditions;
  if (first === undefined) return builder.float(1);
  const condition = second === undefined ? first : builder.op('And', [first, second]);
  return where(context, condition, builder.float(1), builder.float(0));
}

/** exp(−c x²) */
function gaussian({ builder }: RuleContext, x: Value, c: number): Value {
  return builder.op('Exp', [builder.mul(builder.mul(x, x), builder.float(-c))]);
}

/** Gelu-20: x Φ(x), exactly or by tanh(√(2/π) (x + 0.044715 x³)). */
function geluSlope(context: RuleContext, x: Value): Value {
  const { builder, node } = context;
  const scaled = (value: Value, factor: number): Value => builder.mul(value, builder.float(factor));
  const plus = (value: Value, offset: number): Value => builder.add(value, builder.float(offset));
  if (text(node, 'approximate', 'none') === 'none') {
    const phi = scaled(plus(builder.op('Erf', [scaled(x, Math.SQRT1_2)]), 1), 0.5);
    return builder.add(phi, scaled(builder.mul(x, gaussian(context, x, 0.5)), 1 / Math.sqrt(2 * Math.PI)));
  }
  const square = builder.mul(x, x);
  const root = Math.sqrt(2 / Math.PI);
  const tanh = builder.op('Tanh', [scaled(builder.mul(x, plus(scaled(square, 0.044715), 1)), root)]);
  const inner = scaled(plus(scaled(square, 3 * 0.044715), 1), root);
  const bend = builder.mul(builder.sub(builder.float(1), builder.mul(tanh, tanh)), inner);
  return scaled(builder.add(plus(tanh, 1), builder.mul(x, bend)), 0.5);
}
