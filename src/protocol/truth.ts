/** What pictures show, as far as somebody says. */

import type { EngineFailure } from './errors.js';

export interface TruthRequest {
  /** Absolute paths. */
  readonly pictures: readonly string[];
  /** Files and folders that say what the pictures show; they go before what lies beside them. */
  readonly sources: readonly string[];
  /** The model's, one per class. */
  readonly labels: readonly string[];
}

export interface Truth {
  /** In the request's order. */
  readonly pictures: readonly PictureTruth[];
  /** One for every file that could not be used, or not for every picture. */
  readonly failures: readonly EngineFailure[];
  readonly absent: readonly AbsentPictures[];
}

/** What is known of what a picture shows. */
export interface PictureTruth {
  readonly picture: string;
  /** The model's classes of what it shows, the most likely subject first; none where nothing is said. */
  readonly targets: readonly number[];
  /** How many regions count for each of `targets`. */
  readonly regions: readonly number[];
  /** Names that are said of it and that are no class of the model, or one of several of the name. */
  readonly unmatched: readonly string[];
}

/** Pictures of which a file says something and that are in no folder of those asked about. */
export interface AbsentPictures {
  /** Path of the file. */
  readonly file: string;
  readonly count: number;
  /** Name of one of them. */
  readonly first: string;
}
