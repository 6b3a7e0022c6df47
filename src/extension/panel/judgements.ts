import { basename } from 'node:path';

import { classNamer } from '../../protocol/distinctLabels.js';
import type { EngineApi } from '../../protocol/engineApi.js';
import type { Explanation } from '../../protocol/explanation.js';
import type { Judgement } from '../../protocol/filmstrip.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import { namedClassOf } from './expectedClass.js';
import type { NamedClasses } from './expectedClass.js';

/** So many pictures are known at most; those explained longest ago are forgotten first. */
const MOST = 2000;

export interface JudgementsContext {
  readonly engine: Pick<EngineApi, 'truth'>;
  readonly memory: NamedClasses;
  /** Something else is known. */
  readonly changed: () => void;
}

/** What the model that explains now predicts of the pictures explained so far, and whether that is right. */
export class Judgements {
  readonly #context: JudgementsContext;
  readonly #known = new Map<string, Judgement>();
  /** Ends the judging of what is no longer known of the model. */
  #judging = new AbortController();
  #model: ModelInfo | null = null;
  #explanation: Explanation | null = null;

  constructor(context: JudgementsContext) {
    this.#context = context;
  }

  get all(): readonly Judgement[] {
    return [...this.#known.values()];
  }

  /** The subject has changed. */
  follow({ status, model, explanation, image }: Subject): void {
    if (status.kind !== 'ready' || model === null || explanation === null) return;
    if (explanation === this.#explanation) return;
    if (model !== this.#model) this.#clear();
    this.#model = model;
    this.#explanation = explanation;
    void this.#judge(image.path, model, explanation);
  }

  /** The user said which class the picture shows: it is judged anew with the subject that follows. */
  expectedChanged(): void {
    this.#explanation = null;
  }

  /** The model's files are others. */
  forget(): void {
    this.#clear();
    this.#explanation = null;
    this.#context.changed();
  }

  dispose(): void {
    this.#judging.abort();
  }

  #clear(): void {
    this.#known.clear();
    this.#judging.abort();
    this.#judging = new AbortController();
  }

  async #judge(path: string, model: ModelInfo, { predictions }: Explanation): Promise<void> {
    const [best] = predictions;
    if (best === undefined) return;
    const { signal } = this.#judging;
    const targets = await this.#truthOf(path, model.labels, signal);
    if (signal.aborted) return;
    const nameOf = classNamer(model.labels);
    const { index, probability, value } = best;
    const name = basename(path);
    this.#known.delete(name);
    this.#known.set(name, {
      name,
      predicted: { label: nameOf(index), probability, value },
      expected: targets.map(nameOf),
      isRight: targets.length === 0 ? null : targets.includes(index),
    });
    for (const old of [...this.#known.keys()].slice(0, -MOST)) this.#known.delete(old);
    this.#context.changed();
  }

  /** The classes that a picture shows: what the user named, else what folders, tables and annotations say. */
  async #truthOf(
    picture: string,
    labels: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const named = (): number | null => namedClassOf(picture, labels, this.#context.memory);
    const marked = named() === null ? await this.#markedOf(picture, labels, signal) : [];
    // It may have been named meanwhile.
    const own = named();
    return own === null ? marked : [own];
  }

  async #markedOf(
    picture: string,
    labels: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const call = { signal, lane: 'job', progress: () => undefined } as const;
    try {
      const request = { pictures: [picture], sources: [], labels };
      const { pictures } = await this.#context.engine.truth(request, call);
      return pictures[0]?.targets ?? [];
    } catch {
      // What marks the picture is read with its explanation too, which says what cannot be used.
      return [];
    }
  }
}
