import type { GraphBuilder, Value } from '../onnx/builder.js';

/** Where the channels and the positions of a feature map are. */
export interface Grid {
  /** The channels are the second axis, the last of four, or the last of three. */
  readonly layout: 'NCHW' | 'NHWC' | 'tokens';
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /**
   * For each cell of the grid, row by row, which of the tensor's positions it is; null where these are the positions as
   * they come. Class tokens, windows and shifts give an order.
   */
  readonly order: readonly number[] | null;
}

/** A feature map of the model: its channels along one axis, its positions along the others. */
export interface FeatureMap extends Grid {
  readonly tensor: Value;
}

/** A tensor of a feature map's shape as [C, H·W], row by row. */
export function asRows(
  builder: GraphBuilder,
  value: Value,
  { layout, channels, height, width, order }: Grid,
): Value {
  const count = order === null ? height * width : -1;
  const sorted = (positions: Value, axis: number): Value =>
    order === null
      ? positions
      : builder.op('Gather', [positions, builder.ints(order)], { axis: { type: 'int', value: axis } });
  if (layout !== 'NCHW')
    return builder.transpose(sorted(builder.reshape(value, [count, channels]), 0), [1, 0]);
  const channelsFirst = order === null ? value : builder.transpose(value, [1, 0, 2, 3]);
  return sorted(builder.reshape(channelsFirst, [channels, count]), 1);
}
