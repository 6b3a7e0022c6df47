/** The pictures of a folder in a row, as host and page speak of them. */

import type { ClassValue, Thumbnail } from './explanation.js';

/** Host → page. */
export type FilmstripMessage =
  /** Names of the folder's pictures in natural order, and whether they are to be shown. */
  | { readonly type: 'folder'; readonly pictures: readonly string[]; readonly isShown: boolean }
  /** Lead the keyboard into the row. */
  | { readonly type: 'focusFilmstrip' }
  /** A picture in small; null where it cannot be read. */
  | { readonly type: 'thumbnail'; readonly name: string; readonly thumbnail: Thumbnail | null }
  /** What is known of all pictures that were explained by the model. */
  | { readonly type: 'judgements'; readonly judgements: readonly Judgement[] };

/** Page → host. */
export type FilmstripRequest =
  /** Pictures in sight that lack their thumbnail; replaces what was lacking before. */
  | { readonly type: 'thumbnails'; readonly names: readonly string[] }
  /** Explain the picture so many places further. */
  | { readonly type: 'stepPicture'; readonly by: 1 | -1 }
  | { readonly type: 'showPicture'; readonly name: string }
  | { readonly type: 'showFilmstrip'; readonly isShown: boolean };

/** What the model says of a picture, and whether that is right. */
export interface Judgement {
  readonly name: string;
  readonly predicted: ClassValue & { readonly label: string };
  /** Labels of the classes that it shows; none where nobody says. */
  readonly expected: readonly string[];
  /** null where nobody says what it shows. */
  readonly isRight: boolean | null;
}
