import { fileOfModel, type ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import type { NeedSubject } from './needRunner.js';

/** What an explanation shown is about, and all that it depends on. */
export interface Shown {
  readonly key: string;
  readonly subject: NeedSubject;
}

/** Of which state of its picture and its model an explanation is: each state is a revision. */
export class Revisions {
  /** Of the explanation shown; null before there was one. */
  shown: Shown | null = null;
  /** Counts the changes of the picture's and the model's files. */
  #changes = 0;

  filesChanged(): void {
    this.#changes++;
  }

  /** Revision of what is now shown of the model: a new one after `before` unless all is as it was. */
  of(image: string, model: ModelInfo, opening: NeedSubject['opening'], before: number): number {
    const key = this.#keyOf(image, model);
    const revision = before + (key === this.shown?.key ? 0 : 1);
    const ref = { image, model: fileOfModel(model), revision };
    this.shown = { key, subject: { ref, model, opening } };
    return revision;
  }

  /** What needs are about; null while the explanation shown is of a model or a picture that has changed. */
  needSubject({ image, model, explanation }: Subject): NeedSubject | null {
    const isCurrent =
      model !== null && explanation !== null && this.#keyOf(image.path, model) === this.shown?.key;
    return isCurrent ? (this.shown?.subject ?? null) : null;
  }

  #keyOf(image: string, { path, weights, input, output, preprocessing }: ModelInfo): string {
    return JSON.stringify([image, path, weights, input, output, preprocessing, this.#changes]);
  }
}
