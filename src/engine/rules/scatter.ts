import type { GraphBuilder, Value } from '../onnx/builder.js';
import { elementCount } from '../onnx/tensor.js';

/**
 * Adds values up at places of a tensor.
 * @param values any shape
 * @param indices int64, as many as values: positions in the flattened result
 * @param shape of the result
 */
export function scatterAdd(
  builder: GraphBuilder,
  values: Value,
  indices: Value,
  shape: readonly number[],
): Value {
  const zeros = builder.op('ConstantOfShape', [builder.ints([elementCount(shape)])]);
  const summed = builder.op(
    'ScatterElements',
    [zeros, builder.reshape(indices, [-1]), builder.reshape(values, [-1])],
    { axis: { type: 'int', value: 0 }, reduction: { type: 'string', value: 'add' } },
  );
  return builder.reshape(summed, shape);
}

/**
 * Puts one value of every row where the row's highest or lowest is, the first on a tie, and 0 elsewhere.
 * @param table [rows, columns]
 * @param values one a row
 * @returns [rows, columns]
 */
export function toWinners(
  builder: GraphBuilder,
  find: 'ArgMax' | 'ArgMin',
  table: Value,
  values: Value,
  [rows, columns]: readonly [rows: number, columns: number],
): Value {
  const axis = { type: 'int', value: 1 } as const;
  const winner = builder.op(find, [table], { axis });
  const zeros = builder.op('ConstantOfShape', [builder.ints([rows, columns])]);
  return builder.op('ScatterElements', [zeros, winner, builder.reshape(values, [rows, 1])], { axis });
}
