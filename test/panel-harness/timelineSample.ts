import type { Region } from '../../src/protocol/annotations.js';
import type { BlockedLayer, Picture, Prediction } from '../../src/protocol/explanation.js';
import type { ModelInfo } from '../../src/protocol/model.js';
import type { TimelineLayer } from '../../src/protocol/timeline.js';

/** What timelineData.mts writes; arrays of values travel as lists of numbers. */
export interface TimelineSample {
  /** Of the checkpoints, by rising epoch. */
  readonly files: readonly string[];
  readonly model: ModelInfo;
  readonly pictures: readonly {
    readonly name: string;
    readonly picture: Picture;
    readonly regions: readonly Region[];
    /** The class explained. */
    readonly target: number;
  }[];
  readonly results: readonly SampleResult[];
}

export interface SampleResult {
  readonly file: string;
  /** Its place in `pictures`. */
  readonly picture: number;
  readonly target: Prediction;
  readonly predicted: Prediction;
  readonly layers: readonly TimelineLayer[];
  readonly blocked: readonly BlockedLayer[];
}
