import type { Call, Stage } from '../../protocol/engineApi.js';
import type { Item } from './pageNeed.js';

/** One thing asked of the engine. */
export interface Step {
  /** What of the need it answers; null where all of it depends on it. */
  readonly item: Item | null;
  run(call: Call): Promise<void>;
  failed(error: unknown): void;
}

export interface StepContext {
  /** What is to be done next; null where nothing is. */
  next(): Step | null;
  /** A step begins or the last one has ended. */
  changed(): void;
  progress(stage: Stage): void;
}

/** Does one step after the other, as jobs, for as long as there is one. */
export class StepRunner {
  readonly #context: StepContext;
  #current: { readonly item: Item | null; readonly abort: AbortController } | null = null;
  #disposed = false;

  constructor(context: StepContext) {
    this.#context = context;
  }

  get working(): boolean {
    return this.#current !== null;
  }

  /** What is being answered; null where nothing of the need is. */
  get item(): Item | null {
    return this.#current?.item ?? null;
  }

  /** What was being done counts no longer; the next step follows. */
  abort(reason?: string): void {
    this.#current?.abort.abort(reason);
  }

  dispose(): void {
    this.#disposed = true;
    this.abort();
  }

  async work(): Promise<void> {
    if (this.#current !== null) return;
    for (let step = this.#context.next(); step !== null && !this.#disposed; step = this.#context.next()) {
      const abort = new AbortController();
      const { signal } = abort;
      this.#current = { item: step.item, abort };
      this.#context.changed();
      try {
        await step.run({
          signal,
          lane: 'job',
          progress: (stage) => {
            if (!signal.aborted) this.#context.progress(stage);
          },
        });
      } catch (error) {
        if (!signal.aborted) step.failed(error);
      }
      this.#current = null;
    }
    if (!this.#disposed) this.#context.changed();
  }
}
