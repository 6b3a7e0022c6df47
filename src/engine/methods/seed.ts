import type { GraphBuilder, Value } from '../onnx/builder.js';

/** Name of the tensor of the class to explain: int64 [1], −1 for the predicted class. */
export const TARGET = 'relevance-cam/target';

/** What a backward pass starts at: the logits z, or [z, −z] where classes stand against their own negations. */
export interface Rows {
  /** float [count] */
  readonly values: Value;
  readonly count: number;
  readonly logitCount: number;
  /** For each class its row of [z, −z]. */
  readonly classes: readonly number[];
}

/** float [classes] */
export function classLogits(builder: GraphBuilder, rows: Rows): Value {
  const { values, classes } = rows;
  const all = hasRows(rows)
    ? values
    : builder.op('Concat', [values, builder.neg(values)], { axis: { type: 'int', value: 0 } });
  const count = hasRows(rows) ? rows.count : 2 * rows.count;
  if (!classes.every((row, index) => row === index))
    return builder.op('Gather', [all, builder.ints(classes)]);
  return classes.length === count ? all : builder.slice(all, [0], [classes.length], [0], [1]);
}

/** Whether every class has its row among the values; else some have the negation of one. */
function hasRows({ count, classes }: Rows): boolean {
  return classes.every((row) => row < count);
}

/** The row of a class, or what else is known of each: int64 [1]. */
function ofClass(builder: GraphBuilder, perClass: readonly number[], target: Value): Value {
  return perClass.every((value, index) => value === index)
    ? target
    : builder.op('Gather', [builder.ints(perClass), target]);
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
  const { values, count, logitCount, classes } = rows;
  if (count === 1) return builder.mul(magnitude(builder, values), gradientSeed(builder, rows, target));
  const place = ofClass(
    builder,
    classes.map((row) => row % count),
    target,
  );
  const s = magnitude(builder, builder.op('Gather', [values, place]));
  const others =
    count === logitCount
      ? builder.float(-1 / (count - 1))
      : choose(builder, isRow(builder, negationOf(builder, rows, target), count), -1, 0);
  const seed = builder.op('Where', [isRow(builder, place, count), builder.float(1), others]);
  return builder.mul(s, hasRows(rows) ? seed : builder.mul(signOf(builder, rows, target), seed));
}

/** The row of a class's negation: int64 [1]. */
function negationOf(builder: GraphBuilder, { logitCount, classes }: Rows, target: Value): Value {
  return ofClass(
    builder,
    classes.map((row) => (row + logitCount) % (2 * logitCount)),
    target,
  );
}

/** 1 for a class that has its row, −1 for one that has the negation of a row: float [1]. */
function signOf(builder: GraphBuilder, { count, classes }: Rows, target: Value): Value {
  const isNegation = ofClass(
    builder,
    classes.map((row) => (row < count ? 1 : 0)),
    target,
  );
  return choose(builder, builder.op('Equal', [isNegation, builder.ints([1])]), 1, -1);
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
export function gradientSeed(builder: GraphBuilder, rows: Rows, target: Value): Value {
  const { count, classes } = rows;
  if (count === 1) return signOf(builder, rows, target);
  const place = ofClass(
    builder,
    classes.map((row) => row % count),
    target,
  );
  const seed = choose(builder, isRow(builder, place, count), 1, 0);
  return hasRows(rows) ? seed : builder.mul(signOf(builder, rows, target), seed);
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
