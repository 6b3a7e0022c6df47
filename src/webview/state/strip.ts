import type { FilmstripMessage, Judgement } from '../../protocol/filmstrip.js';
import type { Thumbnail } from '../../protocol/explanation.js';

/** So many thumbnails are kept; those that came first go first. More than are in sight on any screen. */
const MOST_THUMBNAILS = 400;

/** What the page knows of the folder's pictures. */
export interface Strip {
  /** In natural order. */
  readonly pictures: readonly string[];
  readonly isShown: boolean;
  /** Whether the keyboard is to go there. */
  readonly isCalled: boolean;
  /** By name; null for one that cannot be read. */
  readonly thumbnails: ReadonlyMap<string, Thumbnail | null>;
  /** Of those that were explained, by name. */
  readonly judgements: ReadonlyMap<string, Judgement>;
}

export const EMPTY_STRIP: Strip = {
  pictures: [],
  isShown: false,
  isCalled: false,
  thumbnails: new Map(),
  judgements: new Map(),
};

export function reduceStrip(strip: Strip, message: FilmstripMessage): Strip {
  switch (message.type) {
    case 'folder':
      return { ...strip, pictures: message.pictures, isShown: message.isShown };
    case 'focusFilmstrip':
      return { ...strip, isCalled: true };
    case 'thumbnail': {
      const all = [...strip.thumbnails, [message.name, message.thumbnail] as const];
      return { ...strip, thumbnails: new Map(all.slice(-MOST_THUMBNAILS)) };
    }
    case 'judgements':
      return { ...strip, judgements: new Map(message.judgements.map((one) => [one.name, one])) };
  }
}
