import type { Value } from '../onnx/builder.js';
import { float, input, text } from '../onnx/graph.js';
import { elementwise } from './elementwise.js';
import { always, never, type Rule, type RuleContext } from './rule.js';

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
  elementwise('Relu', always, isOn, isOn),
  elementwise('LeakyRelu', never, (context, x) => {
    const { builder, node } = context;
    return where(
      context,
      isPositive(context, x),
      builder.float(1),
      builder.float(float(node, 'alpha', 0.01)),
    );
  }),
  elementwise('PRelu', never, (context, x) =>
    where(context, isPositive(context, x), context.builder.float(1), input(context.node, 1)),
  ),
  elementwise(
    'Clip',
    (context) => (limits(context)[0] ?? -1) >= 0 || context.isNonNegative(input(context.node, 0)),
    (context, x) => inside(context, x),
  ),
  elementwise('Sigmoid', always, (context, _, y) => logistic(context, y)),
  elementwise('HardSigmoid', always, (context, _, y) => {
    const { builder, node } = context;
    const open = builder.op('And', [
      builder.op('Greater', [y, builder.float(0)]),
      builder.op('Less', [y, builder.float(1)]),
    ]);
    return where(context, open, builder.float(float(node, 'alpha', 0.2)), builder.float(0));
  }),
  elementwise('Tanh', never, ({ builder }, _, y) => builder.sub(builder.float(1), builder.mul(y, y))),
  elementwise('Elu', never, (context, x, y) => {
    const { builder, node } = context;
    const alpha = builder.float(float(node, 'alpha', 1));
    return where(context, isPositive(context, x), builder.float(1), builder.add(y, alpha));
  }),
  elementwise('Selu', never, (context, x, y) => {
    const { builder, node } = context;
    const gamma = float(node, 'gamma', 1.05070102214813232421875);
    const alpha = float(node, 'alpha', 1.67326319217681884765625);
    const negative = builder.add(y, builder.float(alpha * gamma));
    return where(context, isPositive(context, x), builder.float(gamma), negative);
  }),
  elementwise('Celu', never, (context, x, y) => {
    const { builder, node } = context;
    const alpha = builder.float(float(node, 'alpha', 1));
    return where(
      context,
      isPositive(context, x),
      builder.float(1),
      builder.add(builder.div(y, alpha), builder.float(1)),
    );
  }),
  elementwise('Gelu', never, geluSlope, geluGate),
  elementwise(
    'HardSwish',
    never,
    (context, x) => {
      const { builder } = context;
      const middle = builder.add(builder.div(x, builder.float(3)), builder.float(0.5));
      const above = where(context, builder.op('Less', [x, builder.float(3)]), middle, builder.float(1));
      return where(context, builder.op('Greater', [x, builder.float(-3)]), above, builder.float(0));
    },
    ({ builder }, x) =>
      builder.op('HardSigmoid', [x], {
        alpha: { type: 'float', value: 1 / 6 },
        beta: { type: 'float', value: 0.5 },
      }),
  ),
  /** Swish-24: x σ(α x). */
  elementwise(
    'Swish',
    never,
    (context, x, y) => {
      const { builder, node } = context;
      const gate = swishGate(context, x);
      const bend = builder.mul(builder.float(float(node, 'alpha', 1)), y);
      return builder.add(gate, builder.mul(bend, builder.sub(builder.float(1), gate)));
    },
    swishGate,
  ),
  elementwise(
    'Mish',
    never,
    (context, x) => {
      const { builder } = context;
      const gate = mishGate(context, x);
      const slope = builder.sub(builder.float(1), builder.mul(gate, gate));
      return builder.add(gate, builder.mul(builder.mul(x, builder.op('Sigmoid', [x])), slope));
    },
    mishGate,
  ),
  elementwise('Softplus', always, ({ builder }, x) => builder.op('Sigmoid', [x])),
  elementwise('Softsign', never, ({ builder }, x) => {
    const size = builder.add(builder.op('Abs', [x]), builder.float(1));
    return builder.op('Reciprocal', [builder.mul(size, size)]);
  }),
  elementwise('Erf', never, (context, x) =>
    context.builder.mul(context.builder.float(2 / Math.sqrt(Math.PI)), gaussian(context, x, 1)),
  ),
  elementwise('ThresholdedRelu', always, (context, x) => {
    const { builder, node } = context;
    const open = builder.op('Greater', [x, builder.float(float(node, 'alpha', 1))]);
    return where(context, open, builder.float(1), builder.float(0));
  }),
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

/** σ(α x) of Swish-24. */
function swishGate({ builder, node }: RuleContext, x: Value): Value {
  return builder.op('Sigmoid', [builder.mul(builder.float(float(node, 'alpha', 1)), x)]);
}

/** tanh(softplus(x)) of Mish-18. */
function mishGate({ builder }: RuleContext, x: Value): Value {
  return builder.op('Tanh', [builder.op('Softplus', [x])]);
}

/** Where a Relu is on. */
function isOn({ builder }: RuleContext, _: Value, y: Value): Value {
  return builder.isPositive(y);
}

/** Φ(x) of Gelu-20, exactly or by (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
function geluGate({ builder, node }: RuleContext, x: Value): Value {
  const scaled = (value: Value, factor: number): Value => builder.mul(value, builder.float(factor));
  const plus = (value: Value, offset: number): Value => builder.add(value, builder.float(offset));
  if (text(node, 'approximate', 'none') === 'none')
    return scaled(plus(builder.op('Erf', [scaled(x, Math.SQRT1_2)]), 1), 0.5);
  const inner = builder.mul(x, plus(scaled(builder.mul(x, x), 0.044715), 1));
  return scaled(plus(builder.op('Tanh', [scaled(inner, Math.sqrt(2 / Math.PI))]), 1), 0.5);
}

/** Gelu-20: x Φ(x), exactly or by tanh(√(2/π) (x + 0.044715 x³)). */
function geluSlope(context: RuleContext, x: Value): Value {
  const { builder, node } = context;
  const scaled = (value: Value, factor: number): Value => builder.mul(value, builder.float(factor));
  const plus = (value: Value, offset: number): Value => builder.add(value, builder.float(offset));
  if (text(node, 'approximate', 'none') === 'none') {
    const phi = geluGate(context, x);
    return builder.add(phi, scaled(builder.mul(x, gaussian(context, x, 0.5)), 1 / Math.sqrt(2 * Math.PI)));
  }
  const gate = geluGate(context, x);
  const tanh = plus(scaled(gate, 2), -1);
  const inner = scaled(plus(scaled(builder.mul(x, x), 3 * 0.044715), 1), Math.sqrt(2 / Math.PI));
  const bend = builder.mul(builder.sub(builder.float(1), builder.mul(tanh, tanh)), inner);
  return builder.add(gate, scaled(builder.mul(x, bend), 0.5));
}
