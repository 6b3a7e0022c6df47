import { stateOf } from '../files.js';
import { hasRoom } from './memory.js';
import { isCurrent, readState, type ModelState, type Subject } from './modelState.js';
import type { OpenedModel } from './openModel.js';

type Openable = Pick<OpenedModel, 'dispose'>;

export interface Cached extends Subject {
  /** Whether it is one of the checkpoints of a training, which takes the place of another. */
  readonly isCheckpoint?: boolean;
}

export interface ModelCacheOptions {
  /** Resident memory of the process, in bytes. */
  readonly residentMemory: () => number;
  /** Called where closing models does not make room: gives up what is kept for models to come. */
  readonly release: () => Promise<void>;
  /** Called where there is no room for another model though all that may be closed are: what it throws, `get` throws. */
  readonly onFull: () => void;
}

interface Entry<Model> {
  readonly state: ModelState;
  readonly model: Model;
  readonly isCheckpoint: boolean;
}

/** So many checkpoints may be open, however small: of hundreds, what is asked again is asked of the last ones. */
const MOST_CHECKPOINTS = 8;

/**
 * Open models by file and options, the least recently used closed first. A model is open in one state of its files: where
 * one of them has changed, what was opened before is closed.
 */
export class ModelCache<Model extends Openable = OpenedModel> {
  readonly #entries = new Map<string, Entry<Model>>();
  /** Models of work that gives way to others, each as often as it is held. */
  readonly #held: Model[] = [];
  readonly #options: ModelCacheOptions;
  readonly #empty: number;
  #largest = 0;
  #largestCheckpoint = 0;
  #latest: ModelState | null = null;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
    this.#empty = options.residentMemory();
  }

  /**
   * The model of this file with these weights, opened where it is not yet open or one of its files has changed.
   * @throws what `readState` and `open` throw
   */
  async get(subject: Cached, options: unknown, open: (state: ModelState) => Promise<Model>): Promise<Model> {
    const { file, weights, isCheckpoint = false } = subject;
    await this.#closeFormer(file);
    // Which other checkpoints there are makes it no other model.
    const key = JSON.stringify([file, weights?.file, weights?.reference, isCheckpoint, options]);
    const entry = this.#entries.get(key) ?? (await this.#open(subject, open));
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.model;
  }

  /** Keeps a model open while `work`, which uses it, gives way to others; where it is no longer known, till then. */
  async hold<T>(model: Model, work: () => Promise<T>): Promise<T> {
    this.#held.push(model);
    try {
      return await work();
    } finally {
      this.#held.splice(this.#held.indexOf(model), 1);
      const isKnown = Array.from(this.#entries.values()).some((entry) => entry.model === model);
      if (!isKnown && !this.#held.includes(model)) await model.dispose();
    }
  }

  async dispose(): Promise<void> {
    for (const key of this.#entries.keys()) await this.#close(key);
  }

  /** Closes what was opened of a model whose files have changed since. */
  async #closeFormer(file: string): Promise<void> {
    for (const [key, { state }] of this.#entries)
      if (state.file === file && !isCurrent(state)) await this.#close(key);
  }

  async #open(subject: Cached, open: (state: ModelState) => Promise<Model>): Promise<Entry<Model>> {
    // Before the file is read: its own bytes would count as memory that is taken.
    await this.#makeRoom(stateOf(subject.file).size, subject);
    const state = await readState(subject, this.#latest);
    if (state.own.length > 1) await this.#makeRoom(state.bytes, subject);
    this.#latest = state;
    this.#largest = Math.max(this.#largest, state.bytes);
    const { isCheckpoint = false } = subject;
    if (isCheckpoint) {
      this.#largestCheckpoint = Math.max(this.#largestCheckpoint, state.bytes);
      await this.#closeCheckpoints();
    }
    return { state, model: await open(state), isCheckpoint };
  }

  /** Makes room for another checkpoint among those that may be open. */
  async #closeCheckpoints(): Promise<void> {
    const open = Array.from(this.#entries).filter(([, { isCheckpoint }]) => isCheckpoint);
    for (const [key, { model }] of open.slice(0, Math.max(0, open.length + 1 - MOST_CHECKPOINTS)))
      if (!this.#held.includes(model)) await this.#close(key);
  }

  async #makeRoom(bytes: number, { isCheckpoint }: Cached): Promise<void> {
    // A process in which nothing was opened yet has nothing to give back.
    if (this.#largest === 0) return;
    for (const [key, { model }] of this.#entries) {
      if (this.#hasRoom(bytes)) return;
      if (!this.#held.includes(model)) await this.#close(key);
    }
    if (this.#hasRoom(bytes)) return;
    // It takes the place of one that was as large, in the session of that one.
    if (isCheckpoint === true && bytes <= this.#largestCheckpoint) return;
    await this.#options.release();
    if (!this.#hasRoom(bytes)) this.#options.onFull();
  }

  #hasRoom(bytes: number): boolean {
    const resident = this.#options.residentMemory();
    return hasRoom({ resident, empty: this.#empty, largest: this.#largest }, bytes);
  }

  async #close(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry !== undefined && !this.#held.includes(entry.model)) await entry.model.dispose();
  }
}
