import { readNames, type YoloNames } from './formats/yoloNames.js';
import type { IndexCache } from './indexCache.js';
import type { Listing } from './listing.js';
import type { PictureIndex } from './pictureIndex.js';

/** One call's look at files: each folder is listed once, and each file about many pictures read once, also a broken one. */
export class Look {
  /** Pictures of more are refused. */
  readonly maxMegapixels: number;
  /** Lets messages in and tells which part is done, 0 … 1. @throws cancelled */
  readonly breathe: (fraction: number) => Promise<void>;
  readonly #cache: IndexCache;
  readonly #listings = new Map<string, Promise<Listing>>();
  readonly #yoloNames = new Map<string, Promise<YoloNames>>();
  readonly #indices = new Map<string, Promise<PictureIndex>>();

  constructor(cache: IndexCache, { maxMegapixels, breathe }: Pick<Look, 'maxMegapixels' | 'breathe'>) {
    this.#cache = cache;
    this.maxMegapixels = maxMegapixels;
    this.breathe = breathe;
  }

  list(folder: string): Promise<Listing> {
    const known = this.#listings.get(folder);
    if (known !== undefined) return known;
    const listing = this.#cache.list(folder);
    this.#listings.set(folder, listing);
    return listing;
  }

  /** @throws what `read` throws */
  index(file: string, read: IndexReader): Promise<PictureIndex> {
    const known = this.#indices.get(file);
    if (known !== undefined) return known;
    const index = this.#cache.index(file, (path) => read(path, this.breathe));
    this.#indices.set(file, index);
    return index;
  }

  /** What a file calls the classes of YOLO's numbers. @throws cannotRead, badAnnotations */
  yoloNames(file: string): Promise<YoloNames> {
    const known = this.#yoloNames.get(file);
    if (known !== undefined) return known;
    const names = readNames(file);
    this.#yoloNames.set(file, names);
    return names;
  }

  /** Those that could be read. */
  async indices(): Promise<ReadonlyMap<string, PictureIndex>> {
    const found = new Map<string, PictureIndex>();
    for (const [file, index] of this.#indices)
      await index.then(
        (read) => found.set(file, read),
        () => undefined,
      );
    return found;
  }
}

/** Reads a file about many pictures. @throws cannotRead, badAnnotations, cancelled */
export type IndexReader = (file: string, breathe: Look['breathe']) => Promise<PictureIndex>;
