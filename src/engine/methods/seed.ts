import type { GraphBuilder, Value } from '../onnx/builder.js';
import { DataType } from '../onnx/tensor.js';

/** Name of the tensor of the class to explain: int64 [1], −1 for the predicted class. */
export const TARGET = 'relevance-cam/target';

/**
 * The class that is explained, as int64 [1]: the target, or the most probable class where the target is −1.
 * @param flatLogits float [N]
 */
export function targetClass(builder: GraphBuilder, flatLogits: Value, count: number): Value {
  const predicted =
    count === 1
      ? builder.op('Cast', [builder.op('Less', [flatLogits, builder.float(0)])], {
          to: { type: 'int', value: DataType.INT64 },
        })
      : builder.op('ArgMax', [flatLogits], { axis: { type: 'int', value: 0 } });
  return builder.op('Where', [builder.op('Less', [TARGET, builder.ints([0])]), predicted, TARGET]);
}

/**
 * The contrastive seed of CLRP: s at the target and −s/(N − 1) elsewhere, with s = |z_t|, or 1 where z_t = 0.
 * With one logit there are two classes, the second being the logit's negative: s for the first, −s for the second.
 * @param flatLogits float [N]
 * @param target int64 [1]
 * @returns float [N]
 */
export function contrastiveSeed(
  builder: GraphBuilder,
  flatLogits: Value,
  target: Value,
  count: number,
): Value {
  if (count === 1)
    return builder.mul(magnitude(builder, flatLogits), gradientSeed(builder, flatLogits, target, count));
  const s = magnitude(builder, builder.op('Gather', [flatLogits, target]));
  const others = builder.float(-1 / (count - 1));
  return builder.mul(s, builder.op('Where', [isTarget(builder, target, count), builder.float(1), others]));
}

/**
 * The seed of LRP: z_t at the target, 0 elsewhere. With one logit z the second class has the logit −z.
 * @param flatLogits float [N]
 * @param target int64 [1]
 * @returns float [N]
 */
export function logitSeed(builder: GraphBuilder, flatLogits: Value, target: Value, count: number): Value {
  return builder.mul(flatLogits, gradientSeed(builder, flatLogits, target, count));
}

/**
 * The seed of a derivative of z_t: 1 at the target, 0 elsewhere. With one logit z the second class has the logit −z.
 * @param target int64 [1]
 * @returns float [N]
 */
export function gradientSeed(builder: GraphBuilder, _: Value, target: Value, count: number): Value {
  const elsewhere = builder.float(count === 1 ? -1 : 0);
  return builder.op('Where', [isTarget(builder, target, count), builder.float(1), elsewhere]);
}

/** bool [N] */
function isTarget(builder: GraphBuilder, target: Value, count: number): Value {
  const classes = builder.ints(Array.from({ length: count }, (_, index) => index));
  return builder.op('Equal', [classes, target]);
}

function magnitude(builder: GraphBuilder, value: Value): Value {
  const isZero = builder.op('Equal', [value, builder.float(0)]);
  return builder.op('Where', [isZero, builder.float(1), builder.op('Abs', [value])]);
}
