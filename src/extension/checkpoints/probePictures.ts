import { basename } from 'node:path';

import { classNamer } from '../../protocol/distinctLabels.js';
import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { Picture } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ExplainedClass, ProbePicture } from '../../protocol/timeline.js';
import { annotationsOf } from '../panel/annotations.js';

/** Longest side of the pictures that the page shows, in pixels. */
const MAX_SIDE = 512;

/** A picture of the probe set, with its pixels in place of their number. */
export interface Probe extends Omit<ProbePicture, 'picture'> {
  readonly picture: Picture | null;
}

export interface ProbeContext {
  readonly engine: Pick<EngineApi, 'picture' | 'annotations'>;
  /** The class that a picture should have, among a model's. */
  expectedClass(picture: string, labels: readonly string[]): number | null;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
}

/** The probe set, and the class that is explained of each picture. */
export class ProbePictures {
  readonly #context: ProbeContext;
  #all: readonly Probe[] = [];
  #last = 0;
  /** The classes that the user chose; by path. */
  readonly #chosen = new Map<string, number>();

  constructor(context: ProbeContext, paths: readonly string[], chosen: Readonly<Record<string, number>>) {
    this.#context = context;
    for (const [path, index] of Object.entries(chosen)) this.#chosen.set(path, index);
    this.add(paths);
  }

  get all(): readonly Probe[] {
    return this.#all;
  }

  find(id: number): Probe | undefined {
    return this.#all.find((probe) => probe.id === id);
  }

  add(paths: readonly string[]): void {
    const added = [...new Set(paths)].filter((path) => !this.#all.some((probe) => probe.path === path));
    this.#all = [...this.#all, ...added.map((path) => this.#fresh(path))];
  }

  remove(id: number): void {
    this.#all = this.#all.filter((probe) => probe.id !== id);
  }

  /** A picture's file has changed. */
  changed(path: string): void {
    this.#all = this.#all.map((probe) => (probe.path === path ? this.#fresh(path) : probe));
  }

  /** Every picture is to be prepared in another way. */
  prepareAnew(): void {
    this.#all = this.#all.map(({ path }) => this.#fresh(path));
  }

  /** The first picture that was not read yet. */
  get unread(): Probe | undefined {
    return this.#all.find(({ picture, problem }) => picture === null && problem === null);
  }

  /** The first picture that was read, of which nobody knows which class to explain. */
  get undecided(): Probe | undefined {
    return this.#all.find(({ picture, target }) => picture !== null && target === null);
  }

  async read({ id, path, name }: Probe, info: ModelInfo, call: Call): Promise<void> {
    try {
      const { preprocessing, labels } = info;
      const picture = await this.#context.engine.picture({ path, preprocessing, maxSide: MAX_SIDE }, call);
      const annotations = await annotationsOf({ image: { path, name }, picture }, info, this.#context, call);
      this.#update(id, { picture, annotations, target: this.#known(path, labels) });
    } catch (error) {
      call.signal.throwIfAborted();
      this.#update(id, { problem: this.#context.describe(error) });
    }
  }

  /** @param index null: what is known without the user's choice */
  choose(id: number, index: number | null, labels: readonly string[]): void {
    const path = this.find(id)?.path;
    if (path === undefined) return;
    if (index === null) this.#chosen.delete(path);
    else this.#chosen.set(path, index);
    this.#update(id, { target: this.#known(path, labels) });
  }

  decide(id: number, target: ExplainedClass): void {
    this.#update(id, { target });
  }

  fail(id: number, problem: string): void {
    this.#update(id, { problem });
  }

  #known(path: string, labels: readonly string[]): ExplainedClass | null {
    const chosen = this.#chosen.get(path);
    const named = (index: number, by: ExplainedClass['by']): ExplainedClass | null => {
      return index < labels.length ? { index, label: classNamer(labels)(index), by } : null;
    };
    if (chosen !== undefined) return named(chosen, 'user');
    const expected = this.#context.expectedClass(path, labels);
    return expected === null ? null : named(expected, 'expected');
  }

  #fresh(path: string): Probe {
    return {
      id: ++this.#last,
      path,
      name: basename(path),
      picture: null,
      annotations: null,
      target: null,
      problem: null,
    };
  }

  #update(id: number, change: Partial<Probe>): void {
    this.#all = this.#all.map((probe) => (probe.id === id ? { ...probe, ...change } : probe));
  }
}
