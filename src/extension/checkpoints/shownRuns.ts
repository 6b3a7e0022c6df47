import type { OpenableCheckpoint } from '../../checkpoints/explaining.js';
import { maybeIncomplete } from '../../checkpoints/incomplete.js';
import { graphOf, openingOf } from '../../checkpoints/opening.js';
import type { ErrorCode } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import type { CheckpointState, Problem, Remedy } from '../../protocol/timeline.js';
import { EngineError } from '../client/engineError.js';
import { CheckpointNumbers } from './checkpointNumbers.js';
import type { NumberedCheckpoint } from './checkpointNumbers.js';
import { openedBy } from './runs.js';
import type { LiveRun } from './runs.js';
import { Skipping } from './skipping.js';
import type { ShownRun } from './timelineSender.js';

/** What is said where names do not tell what a graph's constants are, or the reference is another's. */
const NEEDS_REFERENCE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'strayWeights',
  'strayConstant',
  'sharedConstant',
  'foreignReference',
]);

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
  readonly #failures = new Map<number, Problem>();
  /** By id of the run, and what was chosen for it. */
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
    return this.#runs.flatMap((live) => this.#modelOf(live) ?? [])[0];
  }

  /** The newest checkpoint of a run of which none was opened. */
  get unopened(): Openable | undefined {
    return this.#runs
      .filter((live) => this.#modelOf(live) === undefined)
      .flatMap((live) => this.#openables(live).at(-1) ?? [])[0];
  }

  /** The last checkpoint of the first run that was opened. */
  get last(): Openable | undefined {
    const opened = this.#runs.find((live) => this.#modelOf(live) !== undefined);
    return opened && this.#openables(opened).at(-1);
  }

  opened({ live }: NumberedCheckpoint, info: ModelInfo): void {
    this.#models.set(modelKeyOf(live), info);
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
    else this.#failures.set(one.id, { text: this.#context.describe(error), remedy: remedyOf(error) });
  }

  /** How a checkpoint is opened; its pictures are prepared as for all others of its run. */
  openable({ live, checkpoint }: NumberedCheckpoint): OpenableCheckpoint | null {
    const info = this.#modelOf(live);
    return openingOf(checkpoint, {
      ...openedBy(live),
      settingsOf: (model) => ({ ...this.#context.settingsOf(model), ...info?.preprocessing }),
    });
  }

  canBeExplained({ id, live, checkpoint: { state, identity } }: NumberedCheckpoint): boolean {
    const isOpen = this.#modelOf(live) !== undefined && !this.#failures.has(id) && !this.skipping.has(id);
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
        model: this.#modelOf(live) ?? null,
        kind: run.kind,
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

  #modelOf(live: LiveRun): ModelInfo | undefined {
    return this.#models.get(modelKeyOf(live));
  }

  #problemOf(live: LiveRun, own: readonly NumberedCheckpoint[]): Problem | null {
    const { watch, run } = live;
    const { noGraph, notFound } = this.#context;
    if (!watch.found) return { text: notFound, remedy: null };
    if (run.kind === 'weights' && graphOf(openedBy(live)).graph === null)
      return { text: noGraph, remedy: 'chooseGraph' };
    if (this.#modelOf(live) !== undefined || this.#openables(live).length > 0) return null;
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
    if (failure !== undefined) return { kind: 'failed', ...failure };
    if (this.skipping.has(id)) return { kind: 'skipped' };
    if (progress.isWorking(id)) return { kind: 'working' };
    return { kind: progress.isKnown(id) ? 'done' : 'queued' };
  }
}

function modelKeyOf({ id, chosen }: LiveRun): string {
  return JSON.stringify([id, chosen]);
}

/** What of a failure the right reference may mend. */
function remedyOf(error: unknown): Remedy | null {
  return error instanceof EngineError && NEEDS_REFERENCE.has(error.failure.code) ? 'chooseReference' : null;
}
