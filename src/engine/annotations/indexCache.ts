import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { stateOf } from '../files.js';
import { Listing } from './listing.js';
import type { PictureIndex } from './pictureIndex.js';
import { StateCache } from './stateCache.js';

/** For so many milliseconds after a change a folder may change once more at what its file system takes for the same time. */
const SETTLING_MS = 2000;

/** Files about many pictures, and the names in folders, of which every picture of an evaluation asks. */
export class IndexCache {
  readonly #indices = new StateCache<PictureIndex>();
  readonly #listings = new StateCache<Listing>();

  /** @throws what `read` throws, which is asked again the next time */
  index(file: string, read: (file: string) => Promise<PictureIndex>): Promise<PictureIndex> {
    const { mtimeMs, size } = stateOf(file);
    return this.#indices.get(file, `${mtimeMs} ${size}`, read);
  }

  /** The names in a folder; none where there is no such folder, or none that may be listed. */
  list(folder: string, now = Date.now()): Promise<Listing> {
    const changed = timeOfChange(folder);
    if (changed === null) return Promise.resolve(new Listing(folder, []));
    const state = now - changed > SETTLING_MS ? String(changed) : null;
    return this.#listings.get(folder, state, list);
  }
}

function timeOfChange(folder: string): number | null {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.ctimeMs ?? null;
  } catch {
    return null;
  }
}

async function list(folder: string): Promise<Listing> {
  return new Listing(folder, await readdir(folder).catch((): string[] => []));
}
