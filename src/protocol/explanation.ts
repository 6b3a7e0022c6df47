/** What an explanation consists of. All maps are row-major and raw (not normalised). */

import type { CardNote } from './device.js';
import type { MethodId } from './methods.js';
import type { Blocker } from './model.js';

/** What a model says of a class. */
export interface ClassValue {
  /** null where the model's values stand for no probabilities. */
  readonly probability: number | null;
  /** What the file puts out. */
  readonly value: number;
}

export interface Prediction extends ClassValue {
  readonly index: number;
  readonly label: string;
  /** What the explanation begins at. */
  readonly logit: number;
}

export interface Explanation {
  readonly model: string;
  readonly method: MethodId;
  /** The five most probable classes, or those of the highest values, best first. */
  readonly predictions: readonly Prediction[];
  /** What the file puts out for every class. */
  readonly values: Float32Array;
  /** Probability of every class; null where the values stand for none. */
  readonly probabilities: Float32Array | null;
  /**
   * How far the model that is explained, which rounds nothing, answers from the file: the largest difference. null where
   * the file rounds nothing either, or it makes no difference that anybody would see.
   */
  readonly apart: ClassValue | null;
  readonly target: Prediction;
  /** In the order of computation; a layer that cannot be explained is absent. */
  readonly layers: readonly LayerExplanation[];
  /** The layers asked for that this method cannot explain, with the reason. */
  readonly blocked: readonly BlockedLayer[];
  /** A graphics card's part in it, as far as there is something to tell. */
  readonly card?: CardNote;
}

export interface BlockedLayer {
  readonly tensor: string;
  readonly blockedBy: Blocker;
}

export interface LayerExplanation {
  readonly tensor: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** height × width values. */
  readonly map: Float32Array;
  /** One weight α_k per channel; null for a method that weighs none. */
  readonly weights: Float32Array | null;
  /**
   * The channels that weigh most, heaviest first. Of a method that weighs none the first in number, where what was
   * carried to them is asked for, else none.
   */
  readonly top: readonly TopChannel[];
  /** Σ R / s; null where the method carries no relevance. */
  readonly relevanceSum: number | null;
  /** Which part of the weights rounding decides, 0 … 1; absent where a method does not tell. */
  readonly byRounding?: number;
  /** Absent where nobody asked for them, or the method weighs no channels by relevance. */
  readonly peaks?: ChannelPeaks;
}

/** Where each of a layer's channels is strongest, by its positions row by row; of equal ones the first. */
export interface ChannelPeaks {
  /** The greatest activation of every channel. */
  readonly activation: Float32Array;
  readonly activationAt: readonly number[];
  /** Where most relevance was carried to. */
  readonly relevanceAt: readonly number[];
}

export interface TopChannel {
  readonly channel: number;
  /** 0 where the method weighs none. */
  readonly weight: number;
  /** height × width values. */
  readonly activation: Float32Array;
  /** What the backward pass carried to the channel, height × width values; null where it was not asked for or there is none. */
  readonly carried: Float32Array | null;
}

/** A picture as the user knows it: upright, 8-bit RGBA, at most `maxSide` pixels a side. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
  /** The part that the model sees, in whole pixels of this picture. */
  readonly crop: Rectangle;
  /** What the model gets of it, in the input's size, before its values are normalised; null where it looks the same. */
  readonly seen: Thumbnail | null;
  /** Size of the image file's picture before it was reduced. */
  readonly originalWidth: number;
  readonly originalHeight: number;
}

/** A picture in small. */
export type Thumbnail = Pick<Picture, 'width' | 'height' | 'rgba'>;

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
  /**
   * Which share of the map, from its weakest values, takes no colour, 0 … 1; from there on colours cover the picture the
   * more, the stronger the map is. null: they cover all of it evenly.
   */
  readonly emphasis: number | null;
  /** Lowest and highest value of the scale; null for the map's own. */
  readonly scale: readonly [number, number] | null;
}

/** Where a user who wants emphasis has not said how much. */
export const DEFAULT_EMPHASIS = 0.5;
