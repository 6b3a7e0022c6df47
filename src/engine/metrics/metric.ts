/** A picture of which maps are measured, and what the model says of it. */
export interface MeasuredPicture {
  /** Values of the image input, as the model takes them. */
  readonly input: Float32Array;
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Y, of the class under test; null where the model's values stand for no probabilities. */
  readonly probability: number | null;
  /** 1 in every pixel of the input that is marked as the class under test; null where nothing is. */
  readonly own: Uint8Array | null;
  /** The same of the other class that is marked. */
  readonly other: Uint8Array | null;
  /** Of whatever is drawn at random. */
  readonly seed: number;
}

/** One map of a picture. */
export interface MeasuredMap {
  readonly picture: MeasuredPicture;
  /** Up(map), bilinear at the input's size, row by row. */
  readonly up: Float32Array;
  /** The same of the map of another class; null where none was asked for. */
  readonly upOfOther: Float32Array | null;
  /** One weight per channel; null for a method that weighs none. */
  readonly weights: Float32Array | null;
}

/** Changed pictures of which the model is asked: values of the image input each, made as they are needed. */
export type Series = (map: MeasuredMap) => Iterable<Float32Array>;

/** What is said of one map. */
export interface Metric {
  /** Whose pictures the model is asked of; metrics of the same series share its passes. null for none. */
  readonly series: Series | null;
  /**
   * @param probabilities O, of the class under test in every picture of the series
   * @returns the value of this one map, of which an evaluation gives the mean; null where it is not defined
   */
  value(map: MeasuredMap, probabilities: readonly number[]): number | null;
}
