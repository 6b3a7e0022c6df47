import type { RememberedEvaluation } from '../../evaluation/disk/choice.js';
import type { EvaluationOrder } from '../../evaluation/disk/planning.js';
import type { Truth } from '../../protocol/truth.js';
import { type EvaluationServices, type Outcome, RunningEvaluation } from './runningEvaluation.js';

export interface EvaluationsContext extends EvaluationServices {
  readonly remembered: readonly RememberedEvaluation[];
  readonly remember: (evaluations: readonly RememberedEvaluation[]) => void;
  /** It is known what the pictures of one show. */
  readonly onTruth: (evaluation: RunningEvaluation, truth: Truth) => void;
  /** One has ended. */
  readonly onEnd: (evaluation: RunningEvaluation, outcome: Outcome) => void;
  readonly onError: (evaluation: RunningEvaluation, error: unknown) => void;
}

/** The evaluations of this window. What is under way when it closes goes on when it is opened again. */
export class Evaluations {
  readonly #context: EvaluationsContext;
  readonly #listeners = new Set<() => void>();
  #running: readonly RunningEvaluation[] = [];
  #isDisposed = false;

  constructor(context: EvaluationsContext) {
    this.#context = context;
    for (const { order, paused } of context.remembered) this.start(order, paused);
  }

  /** Under way and paused ones, the oldest first. */
  get running(): readonly RunningEvaluation[] {
    return this.#running;
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** The one that writes this report is started only once. */
  start(order: EvaluationOrder, paused = false): RunningEvaluation {
    const known = this.#running.find((each) => each.order.report === order.report);
    if (known !== undefined) return known;
    const evaluation = new RunningEvaluation(order, paused, this.#context, (truth) => {
      this.#context.onTruth(evaluation, truth);
    });
    evaluation.onDidChange(() => {
      this.#tell();
    });
    this.#running = [...this.#running, evaluation];
    this.#keep();
    void this.#follow(evaluation);
    return evaluation;
  }

  pause(evaluation: RunningEvaluation): void {
    evaluation.pause();
    this.#keep();
  }

  resume(evaluation: RunningEvaluation): void {
    evaluation.resume();
    this.#keep();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const evaluation of this.#running) evaluation.stop();
  }

  async #follow(evaluation: RunningEvaluation): Promise<void> {
    let tell: () => void;
    try {
      const outcome = await evaluation.outcome;
      tell = () => {
        this.#context.onEnd(evaluation, outcome);
      };
    } catch (error) {
      tell = () => {
        this.#context.onError(evaluation, error);
      };
    }
    // A window that closes does not end what it had begun.
    if (this.#isDisposed) return;
    this.#running = this.#running.filter((each) => each !== evaluation);
    this.#keep();
    tell();
  }

  #keep(): void {
    this.#context.remember(this.#running.map(({ order, isPaused }) => ({ order, paused: isPaused })));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
