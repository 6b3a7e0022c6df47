import type { Call, CompareRequest, EngineApi, Stage } from '../../protocol/engineApi.js';
import type { Explanation } from '../../protocol/explanation.js';
import type { ModelInfo } from '../../protocol/model.js';
import { isSamePart, SANITY_SEED, type SanityPart, type SanityResult } from '../../protocol/sanity.js';
import { isSameSubject } from '../../protocol/panel.js';
import type { HostMessage, Need, NeedStatus, SubjectRef } from '../../protocol/panel.js';
import { SUPERSEDED } from '../client/engineClient.js';
import { isCancelled } from '../client/engineError.js';
import { KeptChecks } from './keptChecks.js';
import { needSteps } from './needSteps.js';
import { checkInOneBuffer, inOneBuffer } from './oneBuffer.js';

type MapsNeed = Extract<Need, { kind: 'maps' }>;

/** What needs are about: a picture with a model, as the explanation on screen was computed. */
export interface NeedSubject {
  readonly ref: SubjectRef;
  readonly model: ModelInfo;
  readonly opening: Pick<CompareRequest, 'model' | 'weights' | 'settings' | 'source'>;
}

export interface NeedContext {
  readonly engine: Pick<EngineApi, 'compare' | 'sanity'>;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
  post(message: HostMessage): void;
}

/**
 * Answers what the page needs beyond the explanation: one need at a time, and none while the explanation itself is
 * computed. A need that is stopped is only no longer wanted, so the engine is asked to stop but never killed for it;
 * what it has computed of a long method it keeps.
 */
export class NeedRunner {
  readonly #context: NeedContext;
  #need: Need | null = null;
  /** Whether the explanation is being computed. */
  #paused = false;
  #subject: NeedSubject | null = null;
  #run: AbortController | null = null;
  readonly #checks = new KeptChecks();

  constructor(context: NeedContext) {
    this.#context = context;
  }

  /** @param need replaces the one before; null where nothing more is wanted */
  ask(need: Need | null): void {
    this.#stop();
    this.#need = need;
    if (!this.#paused) this.#start();
  }

  /** Tells a page that begins anew what took long to compute and is still true. */
  tellKept(): void {
    for (const message of this.#checks.of(this.#subject?.ref ?? null)) this.#context.post(message);
  }

  /** Makes way for the explanation; the need waits. */
  pause(): void {
    this.#stop();
    this.#paused = true;
  }

  /** @param subject null where what is on screen is out of date, and the need with it */
  resume(subject: NeedSubject | null): void {
    this.#stop();
    this.#paused = false;
    this.#subject = subject;
    this.#start();
  }

  dispose(): void {
    this.#stop();
    this.#need = null;
  }

  #start(): void {
    if (this.#subject === null) this.#end({ kind: 'cancelled' });
    else void this.#answer(this.#subject);
  }

  #stop(): void {
    this.#run?.abort(SUPERSEDED);
    this.#run = null;
  }

  #end(status: NeedStatus): void {
    if (this.#need === null) return;
    this.#context.post({ type: 'needStatus', id: this.#need.id, status });
    this.#need = null;
    this.#run = null;
  }

  async #answer(subject: NeedSubject): Promise<void> {
    const need = this.#need;
    // The page asks anew when it hears of another revision.
    if (need === null || !isSameSubject(need.subject, subject.ref)) return;
    const run = new AbortController();
    this.#run = run;
    let end: NeedStatus = { kind: 'done' };
    try {
      await this.#compute(need, subject, run.signal);
    } catch (error) {
      if (run.signal.aborted) return;
      end = isCancelled(error)
        ? { kind: 'cancelled' }
        : { kind: 'error', text: this.#context.describe(error) };
    }
    if (!run.signal.aborted) this.#end(end);
  }

  async #compute(need: Need, subject: NeedSubject, signal: AbortSignal): Promise<void> {
    if (need.kind === 'maps') return this.#compare(need, subject, signal);
    for (const part of need.parts) await this.#check(part, need.id, subject, signal);
  }

  async #check(
    part: SanityPart,
    id: number,
    { ref, opening: { source, ...opening } }: NeedSubject,
    signal: AbortSignal,
  ): Promise<void> {
    const { method, target, tensor } = part;
    const tell = ({ modules, pictures: [picture] }: SanityResult): void => {
      const [chain] = picture?.chains ?? [];
      if (signal.aborted || !chain) return;
      const check = checkInOneBuffer({ ...chain, target, modules });
      this.#context.post(this.#checks.keep({ type: 'sanity', subject: ref, check }));
    };
    const call: Call = {
      signal,
      lane: 'job',
      progress: (stage, fraction) => {
        if (!signal.aborted) this.#tellStatus(id, stage, fraction);
      },
      sanity: tell,
    };
    const kept = this.#checks.of(ref).flatMap(({ check }) => (isSamePart(check, part) ? check : []));
    const asked = { target, methods: [method], layers: [tensor], seed: SANITY_SEED, known: [kept] };
    tell(await this.#context.engine.sanity({ ...opening, sources: [source], ...asked }, call));
    signal.throwIfAborted();
  }

  #tellStatus(id: number, stage: Stage, fraction: number | null): void {
    this.#context.post({ type: 'needStatus', id, status: { kind: 'working', stage, fraction } });
  }

  async #compare(need: MapsNeed, { ref, model, opening }: NeedSubject, signal: AbortSignal): Promise<void> {
    const context = this.#context;
    const steps = needSteps(need.parts, model);
    const passes = steps.reduce((sum, step) => sum + step.passes, 0);
    let passed = 0;
    const tell = (explanations: readonly Explanation[], partial: number | null): void => {
      if (!signal.aborted)
        context.post({ type: 'results', subject: ref, explanations: inOneBuffer(explanations), partial });
    };
    for (const step of steps) {
      let through = 0;
      const call: Call = {
        signal,
        lane: step.passes > 0 ? 'job' : 'person',
        progress: (stage, fraction) => {
          if (signal.aborted) return;
          if (stage === 'score') through = fraction ?? 0;
          // Every forward pass takes as long as any other.
          const share =
            stage === 'score' && fraction !== null ? (passed + fraction * step.passes) / passes : fraction;
          this.#tellStatus(need.id, stage, share);
        },
        partial: (explanations) => {
          tell(explanations, through);
        },
      };
      tell(await context.engine.compare({ ...opening, ...step.request }, call), null);
      signal.throwIfAborted();
      passed += step.passes;
    }
  }
}
