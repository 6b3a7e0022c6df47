import { stateOf } from '../files.js';
import { hasRoom } from './memory.js';
import type { OpenedModel } from './openModel.js';

type Openable = Pick<OpenedModel, 'dispose'>;

export interface ModelCacheOptions {
  /** Resident memory of the process, in bytes. */
  readonly residentMemory: () => number;
  /** Called where there is no room for another model though all are closed: the runtime keeps memory it has done with. */
  readonly onFull: () => void;
}

/** Open models by file identity (path, time of change, size) and options, the least recently used closed first. */
export class ModelCache<Model extends Openable = OpenedModel> {
  readonly #entries = new Map<string, Model>();
  readonly #options: ModelCacheOptions;
  readonly #empty: number;
  #largestFile = 0;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
    this.#empty = options.residentMemory();
  }

  /** The model of this file, opened where it is not yet open or the file has changed. */
  async get(file: string, options: unknown, open: () => Promise<Model>): Promise<Model> {
    const { mtimeMs, size } = stateOf(file);
    const key = JSON.stringify([file, mtimeMs, size, options]);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    await this.#makeRoom(size);
    this.#largestFile = Math.max(this.#largestFile, size);
    const model = await open();
    this.#entries.set(key, model);
    return model;
  }

  async dispose(): Promise<void> {
    for (const key of this.#entries.keys()) await this.#close(key);
  }

  async #makeRoom(bytes: number): Promise<void> {
    // A process in which nothing was opened yet has nothing to give back.
    if (this.#largestFile === 0) return;
    for (const key of this.#entries.keys()) {
      if (this.#hasRoom(bytes)) return;
      await this.#close(key);
    }
    if (!this.#hasRoom(bytes)) this.#options.onFull();
  }

  #hasRoom(bytes: number): boolean {
    const resident = this.#options.residentMemory();
    return hasRoom({ resident, empty: this.#empty, largestFile: this.#largestFile }, bytes);
  }

  async #close(key: string): Promise<void> {
    const model = this.#entries.get(key);
    this.#entries.delete(key);
    await model?.dispose();
  }
}
