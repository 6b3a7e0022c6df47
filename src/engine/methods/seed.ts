import type { GraphBuilder, Value } from '../onnx/builder.js';

/** Name of the tensor of the class to explain: int64 [1], −1 for the predicted class. */
export const TARGET = 'relevance-cam/target';

/** What a backward pass starts at: the class logits z, [z, −z] where classes are independent, or a single logit. */
export interface Rows {
  /** float [count] */
  readonly values: Value;
  readonly count: number;
  /** Number of classes. A single logit is that of class 1, and its negation that of class 0. */
  readonly classes: number;
}

/** float [classes] */
export function classLogits(builder: GraphBuilder, { values, count, classes }: Rows): Value {
  if (count === classes) return values;
  return count === 1
    ? builder.op('Concat', [builder.neg(values), values], { axis: { type: 'int', value: 0 } })
    : builder.slice(values, [0], [classes], [0], [1]);
}

/**
 * The class that is explained, as int64 [1]: the target, or the most probable class where the target is −1.
 * @param logits float [classes]
 */
export function targetClass(builder: GraphBuilder, logits: Value): Value {
  const predicted = builder.op('ArgMax', [logits], { axis: { type: 'int', value: 0 } });
  return builder.op('Where', [builder.op('Less', [TARGET, builder.ints([0])]), predicted, TARGET]);
}

/**
 * The contrastive seed of CLRP: s at the target and −s/(N − 1) elsewhere, with s = |z_t|, or 1 where z_t = 0. What is
 * independent of other classes stands against its own negation alone, by −s.
 * @param target int64 [1]
 * @returns float [count]
 */
export function contrastiveSeed(builder: GraphBuilder, rows: Rows, target: Value): Value {
  const { values, count, classes } = rows;
  if (count === 1) return builder.mul(magnitude(builder, values), gradientSeed(builder, rows, target));
  const s = magnitude(builder, builder.op('Gather', [values, target]));
  const others =
    count === classes
      ? builder.float(-1 / (count - 1))
      : choose(builder, isRow(builder, builder.add(target, builder.ints([classes])), count), -1, 0);
  return builder.mul(s, builder.op('Where', [isRow(builder, target, count), builder.float(1), others]));
}

/**
 * The seed of LRP: z_t at the target, 0 elsewhere.
 * @param target int64 [1]
 * @returns float [count]
 */
export function logitSeed(builder: GraphBuilder, rows: Rows, target: Value): Value {
  return builder.mul(rows.values, gradientSeed(builder, rows, target));
}

/**
 * The seed of a derivative of z_t: 1 at the target, 0 elsewhere.
 * @param target int64 [1]
 * @returns float [count]
 */
export function gradientSeed(builder: GraphBuilder, { count }: Rows, target: Value): Value {
  return count === 1
    ? choose(builder, builder.op('Equal', [target, builder.ints([1])]), 1, -1)
    : choose(builder, isRow(builder, target, count), 1, 0);
}

function choose(builder: GraphBuilder, where: Value, value: number, elsewhere: number): Value {
  return builder.op('Where', [where, builder.float(value), builder.float(elsewhere)]);
}

/** bool [count] */
function isRow(builder: GraphBuilder, row: Value, count: number): Value {
  const rows = builder.ints(Array.from({ length: count }, (_, index) => index));
  return builder.op('Equal', [rows, row]);
}

function magnitude(builder: GraphBuilder, value: Value): Value {
  const isZero = builder.op('Equal', [value, builder.float(0)]);
  return builder.op('Where', [isZero, builder.float(1), builder.op('Abs', [value])]);
}
