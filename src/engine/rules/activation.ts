import type { Value } from '../compile/builder.js';
import { float } from '../onnx/graph.js';
import { always, input, never, output, passThrough, unary, type Rule, type RuleContext } from './rule.js';

/** An elementwise function: its derivative at x (given y = f(x)), and R_x = R_y. */
function activation(
  op: string,
  nonNegative: (context: RuleContext) => boolean,
  slope: (context: RuleContext, x: Value, y: Value) => Value,
): Rule {
  return {
    ops: [op],
    nonNegative,
    derivative: unary((context, g) =>
      context.builder.mul(g, slope(context, input(context.node, 0), output(context.node))),
    ),
    relevance: (context, arriving) => [...passThrough(context, arriving), ...rest(context)],
  };
}

/** Further inputs (slopes, limits) are constants and take nothing. */
function rest({ node }: RuleContext): null[] {
  return node.inputs.slice(1).map(() => null);
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
