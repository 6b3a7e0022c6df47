import { stateOf } from '../files.js';
import type { PictureIndex } from './pictureIndex.js';

/** Together, indices may say so many things; about 150 bytes each. */
const MAX_SIZE = 2_000_000;

interface Kept {
  readonly state: string;
  readonly index: PictureIndex;
}

/** Files about many pictures, read once for each of their states; those used longest ago are forgotten first. */
export class IndexCache {
  readonly #kept = new Map<string, Kept>();

  /** @throws what `read` throws, which is asked again the next time */
  async get(file: string, read: (file: string) => Promise<PictureIndex>): Promise<PictureIndex> {
    const { mtimeMs, size } = stateOf(file);
    const state = `${mtimeMs} ${size}`;
    const known = this.#kept.get(file);
    const index = known?.state === state ? known.index : await read(file);
    this.#kept.delete(file);
    this.#kept.set(file, { state, index });
    this.#forget();
    return index;
  }

  #forget(): void {
    let total = [...this.#kept.values()].reduce((sum, { index }) => sum + index.size, 0);
    for (const [file, { index }] of this.#kept) {
      if (total <= MAX_SIZE || this.#kept.size === 1) return;
      this.#kept.delete(file);
      total -= index.size;
    }
  }
}
