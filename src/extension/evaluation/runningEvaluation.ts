import { basename } from 'node:path';

import { Evaluation, type EvaluationWorld } from '../../evaluation/disk/evaluation.js';
import type { EvaluationOrder } from '../../evaluation/disk/planning.js';
import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { Truth } from '../../protocol/truth.js';
import { Gate } from './gate.js';

export interface EvaluationServices extends EvaluationWorld {
  readonly engine: EvaluationWorld['engine'] & Pick<EngineApi, 'open'>;
}

/** `done`: the report is written; `stopped`: what was done is kept in the journal. */
export type Outcome = 'done' | 'stopped';

/** One evaluation of this window, in the engine's slow lane: a picture at a time, for as long as nobody pauses it. */
export class RunningEvaluation {
  readonly order: EvaluationOrder;
  readonly outcome: Promise<Outcome>;
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  #evaluation: Evaluation | null = null;
  readonly #gate: Gate;

  readonly #onTruth: (truth: Truth) => void;

  /** @param paused whether it waits for `resume` */
  constructor(
    order: EvaluationOrder,
    paused: boolean,
    services: EvaluationServices,
    onTruth: (truth: Truth) => void,
  ) {
    this.order = order;
    this.#onTruth = onTruth;
    this.#gate = new Gate(!paused);
    this.outcome = this.#work(services);
  }

  get name(): string {
    return basename(this.order.report);
  }

  get isPaused(): boolean {
    return !this.#gate.isOpen;
  }

  get done(): number {
    return this.#evaluation?.done ?? 0;
  }

  /** null before its pictures are known. */
  get total(): number | null {
    return this.#evaluation?.total ?? null;
  }

  /** null where nobody knows. */
  get secondsLeft(): number | null {
    return this.isPaused ? null : (this.#evaluation?.secondsLeft ?? null);
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  pause(): void {
    this.#gate.close();
    this.#tell();
  }

  resume(): void {
    this.#gate.open();
    this.#tell();
  }

  /** Ends it early, with all kept that was done. */
  stop(): void {
    this.#controller.abort();
    this.#gate.open();
  }

  async #work(services: EvaluationServices): Promise<Outcome> {
    const { signal } = this.#controller;
    await this.#gate.passed();
    try {
      if (!signal.aborted) await this.#evaluate({ signal, lane: 'job', progress: () => undefined }, services);
    } catch (error) {
      // What is stopped before its pictures are known is refused by the engine.
      if (!signal.aborted) throw error;
    }
    return signal.aborted ? 'stopped' : 'done';
  }

  async #evaluate(call: Call, services: EvaluationServices): Promise<void> {
    const info = await services.engine.open(this.order.open, call);
    const evaluation = await Evaluation.plan(this.order, info, services);
    this.#evaluation = evaluation;
    this.#tell();
    if ((await evaluation.finished()) !== null) return;
    const pictures = evaluation.run(call, this.#onTruth);
    while (!(await pictures.next()).done) {
      this.#tell();
      await this.#gate.passed();
    }
    if (!call.signal.aborted) await evaluation.finish();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
