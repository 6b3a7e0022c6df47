/** One picture's numbers in an evaluation. */

import type { EngineFailure } from './errors.js';
import type { ChannelPeaks, Prediction, Rectangle } from './explanation.js';
import type { MethodId } from './methods.js';
import type { MetricId } from './metrics.js';

/** The method whose pass tells how relevant channels are. */
export const CHANNEL_METHOD = 'relevance-cam' satisfies MethodId;

export interface PictureEvaluation {
  /** The five most probable classes, best first. */
  readonly predictions: readonly Prediction[];
  readonly target: Prediction;
  /** Share of the model's input that the regions of the class under test cover; null where none are marked. */
  readonly marked: number | null;
  /** One for every file that says what is marked in the picture and could not be used. */
  readonly unread: readonly EngineFailure[];
  /** In the order methods × layers. */
  readonly cells: readonly EvaluatedCell[];
  /** null where nobody asked. */
  readonly channels: PictureChannels | null;
}

/** How much a picture excites the channels of layers. */
export interface PictureChannels extends SeenPart {
  /** One for each layer asked for; null where Relevance-CAM does not explain it. */
  readonly layers: readonly (LayerChannels | null)[];
}

/** The size of an image file's picture, and the part of it that the model sees; fractions of pixels are kept. */
export interface SeenPart {
  readonly width: number;
  readonly height: number;
  readonly crop: Rectangle;
}

export interface LayerChannels extends ChannelPeaks {
  /** α_k / Σ|α| of every channel: its share of the relevance in this layer, with its sign. */
  readonly relevance: Float32Array;
}

export interface EvaluatedCell {
  readonly method: MethodId;
  readonly tensor: string;
  /** What a metric says of this map; null where it is not defined for it. Not multiplied by the metric's factor. */
  readonly values: Readonly<Partial<Record<MetricId, number | null>>>;
}
