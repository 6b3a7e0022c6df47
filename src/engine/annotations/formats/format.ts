import type { Listing } from '../listing.js';
import type { Look } from '../look.js';
import type { Mark } from '../mark.js';

/** One of the ways in which people write down what pictures show. */
export interface Format {
  /** Where it is looked for where nobody names a place, nearest first. @param picture path of it */
  readonly folders: (picture: string) => readonly string[];
  /** The names in a folder that may be about the picture. */
  readonly files: (listing: Listing, picture: string) => readonly string[];
  /** How names of its files end, in lower case, where somebody names one. */
  readonly endings: readonly string[];
  /** What a file says of the picture, which it may not be about. @throws EngineError */
  readonly read: (file: string, picture: string, look: Look) => Promise<readonly Mark[]>;
}
