import type { OpenableCheckpoint } from '../../checkpoints/explaining.js';
import { maybeIncomplete } from '../../checkpoints/incomplete.js';
import { openingOf } from '../../checkpoints/opening.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import type { CheckpointState } from '../../protocol/timeline.js';
import { EngineError } from '../client/engineError.js';
import { CheckpointNumbers } from './checkpointNumbers.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';
import type { LiveRun } from './runs.js';
import { Skipping } from './skipping.js';
import type { ShownRun } from './timelineSender.js';

export interface ShownRunsContext {
  settingsOf(model: string): ModelSettings;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
  /** Why runs of weights without a graph cannot be explained, and what to say of a folder that is gone. */
  readonly noGraph: string;
  readonly notFound: string;
}

/** How far the work on checkpoints is. */
export interface Progress {
  isKnown(checkpoint: number): boolean;
  isWorking(checkpoint: number): boolean;
}

/** A checkpoint with how it is opened. */
export interface Openable {
  readonly one: NumberedCheckpoint;
  readonly checkpoint: OpenableCheckpoint;
}

/** The runs of a timeline, their models, and which of their checkpoints can be explained. */
export class ShownRuns {
  readonly skipping = new Skipping();
  readonly #context: ShownRunsContext;
  readonly #numbers = new CheckpointNumbers();
  /** What opening or explaining a checkpoint failed with; by number. */
  readonly #failures = new Map<number, string>();
  /** By id of the run. */
  readonly #models = new Map<string, ModelInfo>();
  #runs: readonly LiveRun[] = [];
  #checkpoints: readonly NumberedCheckpoint[] = [];

  constructor(context: ShownRunsContext) {
    this.#context = context;
  }

  /** The runs are these, in this order. */
  show(runs: readonly LiveRun[], progress: Progress): void {
    this.#runs = runs;
    this.#checkpoints = this.#numbers.of(runs);
    this.skipping.seen(this.#checkpoints, (id) => progress.isKnown(id) || progress.isWorking(id));
  }

  find(id: number): NumberedCheckpoint | undefined {
    return this.#checkpoints.find((one) => one.id === id);
  }

  /** What a run's pictures are prepared for: the model of the first that was opened. */
  get info(): ModelInfo | undefined {
    return this.#runs.flatMap(({ id }) => this.#models.get(id) ?? [])[0];
  }

  /** The newest checkpoint of a run of which none was opened. */
  get unopened(): Openable | undefined {
    return this.#runs
      .filter(({ id }) => !this.#models.has(id))
      .flatMap((live) => this.#openables(live).at(-1) ?? [])[0];
  }

  /** The last checkpoint of the first run that was opened. */
  get last(): Openable | undefined {
    const opened = this.#runs.find(({ id }) => this.#models.has(id));
    return opened && this.#openables(opened).at(-1);
  }

  opened({ live }: NumberedCheckpoint, info: ModelInfo): void {
    this.#models.set(live.id, info);
  }

  /** Every model is to be opened anew. */
  forgetModels(): void {
    this.#models.clear();
    this.#failures.clear();
  }

  /** Tries a checkpoint again that failed or was passed over. */
  retry(checkpoint: number): void {
    this.#failures.delete(checkpoint);
    this.skipping.release(checkpoint);
  }

  /** A file that is no whole is waited for; all else is told. */
  fail(one: NumberedCheckpoint, error: unknown): void {
    const { live, checkpoint } = one;
    const mayGrow = error instanceof EngineError && maybeIncomplete(error.failure.code);
    // Until the watch has looked again, nothing is tried with it.
    if (mayGrow && live.watch.refuse(checkpoint.path, checkpoint.identity ?? ''))
      this.#checkpoints = this.#checkpoints.filter(({ id }) => id !== one.id);
    else this.#failures.set(one.id, this.#context.describe(error));
  }

  /** How a checkpoint is opened; its pictures are prepared as for all others of its run. */
  openable({ live, checkpoint }: NumberedCheckpoint): OpenableCheckpoint | null {
    const info = this.#models.get(live.id);
    return openingOf(checkpoint, {
      folder: live.watch.source.folder,
      run: live.run,
      graph: null,
      reference: null,
      settingsOf: (model) => ({ ...this.#context.settingsOf(model), ...info?.preprocessing }),
    });
  }

  canBeExplained({ id, live, checkpoint: { state, identity } }: NumberedCheckpoint): boolean {
    const isOpen = this.#models.has(live.id) && !this.#failures.has(id) && !this.skipping.has(id);
    return isOpen && identity !== null && state !== 'writing';
  }

  /** As the page is told of them. */
  shown(progress: Progress): readonly ShownRun[] {
    return this.#runs.map((live) => {
      const { id, watch, run } = live;
      const own = this.#checkpoints.filter((one) => one.live.id === id);
      return {
        id,
        name: run.name === '' ? watch.name : run.name,
        model: this.#models.get(id) ?? null,
        unit: run.unit,
        live: watch.found,
        problem: this.#problemOf(live, own),
        checkpoints: own.map((one) => ({
          id: one.id,
          name: one.checkpoint.name,
          step: one.checkpoint.step,
          state: this.#stateOf(one, progress),
        })),
      };
    });
  }

  #problemOf(live: LiveRun, own: readonly NumberedCheckpoint[]): string | null {
    const { id, watch, run } = live;
    const { noGraph, notFound } = this.#context;
    if (!watch.found) return notFound;
    if (run.kind === 'weights' && run.graphs.length === 0) return noGraph;
    if (this.#models.has(id) || this.#openables(live).length > 0) return null;
    return own.flatMap((one) => this.#failures.get(one.id) ?? []).at(-1) ?? null;
  }

  #openables(live: LiveRun): readonly Openable[] {
    return this.#checkpoints.flatMap((one) => {
      const isMeant =
        one.live.id === live.id && one.checkpoint.state === 'whole' && !this.#failures.has(one.id);
      const checkpoint = isMeant ? this.openable(one) : null;
      return checkpoint === null ? [] : [{ one, checkpoint }];
    });
  }

  #stateOf({ id, checkpoint: { state } }: NumberedCheckpoint, progress: Progress): CheckpointState {
    const failure = this.#failures.get(id);
    if (state !== 'whole') return { kind: state };
    if (failure !== undefined) return { kind: 'failed', text: failure };
    if (this.skipping.has(id)) return { kind: 'skipped' };
    if (progress.isWorking(id)) return { kind: 'working' };
    return { kind: progress.isKnown(id) ? 'done' : 'queued' };
  }
}
