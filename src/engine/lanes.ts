import { setImmediate } from 'node:timers/promises';

import type { Call, Lane } from '../protocol/engineApi.js';
import { fail } from './failure.js';
import type { Turn } from './progress.js';

interface Waiting {
  /** Whether it has made way for others; what has begun is neither dropped nor refused. */
  readonly begun: boolean;
  readonly start: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Work on one call at a time. What a person waits for goes before jobs, and within its lane what came first; work that
 * gives way goes to the end of its lane.
 */
export class Lanes {
  readonly #waiting: Readonly<Record<Lane, Set<Waiting>>> = { person: new Set(), job: new Set() };
  #busy = false;
  #refusal: Error | null = null;

  /** @throws cancelled, at once, where the call is cancelled before its turn · what `close` was given · what `work` throws */
  async run<T>(call: Call, work: (turn: Turn) => Promise<T>): Promise<T> {
    const turn = this.#turn(call, false);
    if (this.#busy) call.progress('wait', null);
    else this.#next();
    await turn;
    try {
      return await work({ ...call, giveWay: () => this.#giveWay(call) });
    } finally {
      this.#next();
    }
  }

  /** Refuses all that has not begun, now and later; what has begun goes on to its end. */
  close(refusal: Error): void {
    this.#refusal = refusal;
    for (const lane of Object.values(this.#waiting))
      for (const waiting of lane)
        if (!waiting.begun) {
          lane.delete(waiting);
          waiting.refuse(refusal);
        }
  }

  async #giveWay(call: Call): Promise<void> {
    // Lets messages in: cancellations, and what goes first.
    await setImmediate();
    if (Object.values(this.#waiting).every(({ size }) => size === 0)) return;
    const turn = this.#turn(call, true);
    this.#next();
    await turn;
  }

  #turn(call: Call, begun: boolean): Promise<void> {
    const { signal, lane = 'person' } = call;
    return new Promise((resolve, reject) => {
      const drop = (): void => {
        this.#waiting[lane].delete(waiting);
        reject(fail('cancelled', {}));
      };
      const waiting: Waiting = {
        begun,
        start: () => {
          signal.removeEventListener('abort', drop);
          call.turn?.();
          resolve();
        },
        refuse: reject,
      };
      if (!begun && this.#refusal !== null) reject(this.#refusal);
      else if (!begun && signal.aborted) drop();
      else {
        if (!begun) signal.addEventListener('abort', drop, { once: true });
        this.#waiting[lane].add(waiting);
      }
    });
  }

  #next(): void {
    const { person, job } = this.#waiting;
    const [next] = person.size > 0 ? person : job;
    this.#busy = next !== undefined;
    if (next === undefined) return;
    person.delete(next);
    job.delete(next);
    next.start();
  }
}
