import { stateOf } from '../files.js';
import type { OpenedModel } from './openModel.js';

/** As many models stay open as their files together have this size; the one in use always does. */
const CACHE_BYTES = 512 * 2 ** 20;

interface Entry {
  readonly model: OpenedModel;
  readonly bytes: number;
}

/** Open models by file identity (path, time of change, size) and options, the least recently used closed first. */
export class ModelCache {
  readonly #entries = new Map<string, Entry>();

  /** The model of this file, opened where it is not yet open or the file has changed. */
  async get(file: string, options: unknown, open: () => Promise<OpenedModel>): Promise<OpenedModel> {
    const { mtimeMs, size } = stateOf(file);
    const key = JSON.stringify([file, mtimeMs, size, options]);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.model;
    }
    await this.#makeRoom(CACHE_BYTES - size);
    const model = await open();
    this.#entries.set(key, { model, bytes: size });
    return model;
  }

  async dispose(): Promise<void> {
    await this.#makeRoom(-1);
  }

  async #makeRoom(limit: number): Promise<void> {
    let total = Array.from(this.#entries.values(), ({ bytes }) => bytes).reduce(
      (sum, bytes) => sum + bytes,
      0,
    );
    for (const [key, { model, bytes }] of this.#entries) {
      if (total <= limit) return;
      this.#entries.delete(key);
      total -= bytes;
      await model.dispose();
    }
  }
}
