import type { GraphBuilder, Value } from '../onnx/builder.js';

/** Where the channels and the positions of a feature map are. */
export interface Grid {
  readonly layout: 'NCHW' | 'NHWC' | 'tokens';
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Class and register tokens in front of the grid. */
  readonly before: number;
}

/** A feature map of the model: (1, C, H, W), (1, H, W, C), or tokens (1, before + H·W, C). */
export interface FeatureMap extends Grid {
  readonly tensor: Value;
}

/** A tensor of a feature map's shape as [C, H·W]. */
export function asRows(
  builder: GraphBuilder,
  value: Value,
  { layout, channels, height, width, before }: Grid,
): Value {
  const pixels = height * width;
  if (layout === 'NCHW') return builder.reshape(value, [channels, pixels]);
  const grid = before === 0 ? value : builder.slice(value, [before], [before + pixels], [1], [1]);
  return builder.transpose(builder.reshape(grid, [pixels, channels]), [1, 0]);
}
