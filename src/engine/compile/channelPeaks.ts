import type { GraphBuilder, Value } from '../onnx/builder.js';
import { DataType } from '../onnx/tensor.js';

/** Names of the outputs that say where a layer's channels are strongest. */
export interface PeakOutputs {
  /** The greatest activation of every channel: float [C, 1]. */
  readonly activation: string;
  /** The position that has it: int64 [C, 1]. */
  readonly activationAt: string;
  /** The position to which most was carried: int64 [T, C]. */
  readonly relevanceAt: string;
}

/**
 * Adds where every channel is strongest; of equal positions the first counts.
 * @param activation float [C, H·W]
 * @param carried what the pass brought to the layer, of the same shape
 */
export function channelPeaks(builder: GraphBuilder, activation: Value, carried: Value): PeakOutputs {
  const [greatest = '', activationAt = ''] = builder.opWithOutputs(
    'TopK',
    [activation, builder.ints([1])],
    {},
    2,
  );
  const relevanceAt = builder.op('ArgMax', [carried], {
    axis: { type: 'int', value: 1 },
    keepdims: { type: 'int', value: 0 },
  });
  builder.output(greatest, DataType.FLOAT);
  builder.output(activationAt, DataType.INT64);
  builder.output(relevanceAt, DataType.INT64);
  return { activation: greatest, activationAt, relevanceAt };
}
