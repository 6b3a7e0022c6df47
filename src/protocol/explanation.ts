/** What an explanation consists of. All maps are row-major and raw (not normalised). */

export const METHODS = ['relevance-cam'] as const;
export type MethodId = (typeof METHODS)[number];

export interface Prediction {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly logit: number;
}

export interface Explanation {
  readonly model: string;
  readonly method: MethodId;
  /** The five most probable classes, best first. */
  readonly predictions: readonly Prediction[];
  /** Probability of every class. */
  readonly probabilities: Float32Array;
  readonly target: Prediction;
  /** In the order of computation; a layer that cannot be explained is absent. */
  readonly layers: readonly LayerExplanation[];
}

export interface LayerExplanation {
  readonly tensor: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** height × width values. */
  readonly map: Float32Array;
  /** One weight α_k per channel. */
  readonly weights: Float32Array;
  /** The channels that weigh most, heaviest first. */
  readonly top: readonly TopChannel[];
  /** Σ R / s. */
  readonly relevanceSum: number;
}

export interface TopChannel {
  readonly channel: number;
  readonly weight: number;
  /** height × width values. */
  readonly activation: Float32Array;
}

/** A picture as the user knows it: upright, 8-bit RGBA, at most `maxSide` pixels a side. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
  /** The part that the model sees, in whole pixels of this picture. */
  readonly crop: Rectangle;
  /** Size of the image file's picture before it was reduced. */
  readonly originalWidth: number;
  readonly originalHeight: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const COLOR_MAPS = ['viridis', 'inferno', 'turbo', 'seismic', 'jet'] as const;
export type ColorMapId = (typeof COLOR_MAPS)[number];

/** How a map is drawn. */
export interface Display {
  readonly colorMap: ColorMapId;
  /** 0 … 1 */
  readonly opacity: number;
  /** Bilinear to the picture, or blocks of the layer's own resolution. */
  readonly smooth: boolean;
  /** Show the picture only where the map exceeds mean + 1 σ. */
  readonly mask: boolean;
  /** Lowest and highest value of the scale; null for the map's own. */
  readonly scale: readonly [number, number] | null;
}
