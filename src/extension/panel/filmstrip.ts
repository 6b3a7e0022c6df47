import { dirname, join } from 'node:path';

import type { EngineApi } from '../../protocol/engineApi.js';
import type { FilmstripMessage, FilmstripRequest } from '../../protocol/filmstrip.js';
import type { Subject } from '../../protocol/panel.js';
import type { Memory } from '../editor/memory.js';
import { picturesBeside, placeOf, stepFrom } from './folderPictures.js';
import { Judgements } from './judgements.js';
import { Thumbnails } from './thumbnails.js';

export interface FilmstripContext {
  readonly engine: Pick<EngineApi, 'thumbnail' | 'truth'>;
  readonly memory: Pick<Memory, 'expectedClass' | 'isFilmstripShown' | 'rememberFilmstrip'>;
  /** Path of the picture to explain, which is one of them. */
  readonly picture: () => string;
  /** Whether an explanation is under way. */
  readonly isBusy: () => boolean;
  /** Explains another one. */
  readonly explain: (path: string, place: Subject['place']) => Promise<void>;
  readonly post: (message: FilmstripMessage) => void;
}

/** The pictures of a folder: their names, themselves in small, and what is known of those that were explained. */
export class Filmstrip {
  readonly judgements: Judgements;
  readonly #context: FilmstripContext;
  readonly #thumbnails: Thumbnails;
  readonly #folder: string;
  #names: readonly string[] = [];

  constructor(context: FilmstripContext) {
    const { engine, memory, isBusy, post } = context;
    this.#context = context;
    this.#folder = dirname(context.picture());
    this.judgements = new Judgements({
      engine,
      memory,
      changed: () => {
        this.#tellJudgements();
      },
    });
    this.#thumbnails = new Thumbnails({
      engine,
      isBusy,
      pathOf: (name) => join(this.#folder, name),
      made: (name, thumbnail) => {
        post({ type: 'thumbnail', name, thumbnail });
      },
    });
  }

  /** Reads which pictures there are now. @returns where among them the one to explain is */
  async read(): Promise<Subject['place']> {
    const names = await picturesBeside(this.#context.picture());
    const isSame = names.length === this.#names.length && names.every((name, i) => name === this.#names[i]);
    this.#names = names;
    if (!isSame) this.#tellFolder();
    return placeOf(this.#context.picture(), names);
  }

  /** A page begins to listen, and knows nothing. */
  greet(): void {
    this.#tellFolder();
    this.#tellJudgements();
  }

  /** The subject shown has changed. */
  follow(subject: Subject): void {
    this.judgements.follow(subject);
    void this.#thumbnails.resume();
  }

  async receive(message: FilmstripRequest): Promise<void> {
    switch (message.type) {
      case 'thumbnails':
        this.#thumbnails.ask(message.names);
        return;
      case 'showFilmstrip':
        return this.#show(message.isShown);
      case 'stepPicture':
        return this.step(message.by);
      case 'showPicture':
        await this.read();
        return this.#explain(message.name);
    }
  }

  /** Explains the next picture, or with −1 the one before. */
  async step(by: 1 | -1): Promise<void> {
    await this.read();
    const name = stepFrom(this.#context.picture(), by, this.#names);
    if (name !== null) await this.#explain(name);
  }

  /** Shows the row, or hides it. */
  toggle(): Promise<void> {
    return this.#show(!this.#context.memory.isFilmstripShown);
  }

  /** Shows the row where it is hidden. */
  async reveal(): Promise<void> {
    if (!this.#context.memory.isFilmstripShown) await this.#show(true);
  }

  dispose(): void {
    this.#thumbnails.dispose();
    this.judgements.dispose();
  }

  async #explain(name: string): Promise<void> {
    if (!this.#names.includes(name)) return;
    await this.#context.explain(join(this.#folder, name), placeOf(name, this.#names));
  }

  async #show(isShown: boolean): Promise<void> {
    await this.#context.memory.rememberFilmstrip(isShown);
    this.#tellFolder();
  }

  #tellFolder(): void {
    const { memory, post } = this.#context;
    post({ type: 'folder', pictures: this.#names, isShown: memory.isFilmstripShown });
  }

  #tellJudgements(): void {
    this.#context.post({ type: 'judgements', judgements: this.judgements.all });
  }
}
