import { inspect } from 'node:util';

import type { Lane } from '../protocol/engineApi.js';
import { EngineError, fail } from './failure.js';
import type { Lanes } from './lanes.js';

/** How long nothing of the kind must have been asked before something begins that nobody waits for. */
const LEISURE_MS = 1000;

/** Work that nobody waits for, one piece of it. */
export class IdleWork {
  readonly #lanes: Lanes;
  readonly #log: (line: string) => void;
  readonly #leisureMs: number;
  readonly #ended = new AbortController();
  #begin: NodeJS.Timeout | undefined;

  constructor(
    lanes: Lanes,
    { log, leisureMs = LEISURE_MS }: { readonly log: (line: string) => void; readonly leisureMs?: number },
  ) {
    this.#lanes = lanes;
    this.#log = log;
    this.#leisureMs = leisureMs;
  }

  /**
   * Does the work once there is leisure, in place of what was put off before. A job goes on and on: of its work it has its turn
   * between two pieces.
   * @param lane of the call that it follows
   */
  putOff(lane: Lane | undefined, work: (giveWay: () => Promise<void>) => Promise<void>): void {
    clearTimeout(this.#begin);
    this.#begin = setTimeout(() => void this.#do(work), lane === 'job' ? 0 : this.#leisureMs);
    this.#begin.unref();
  }

  /** Nothing begins any more; what has begun ends where it would give way. */
  end(): void {
    this.#ended.abort();
    clearTimeout(this.#begin);
  }

  async #do(work: (giveWay: () => Promise<void>) => Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    try {
      await this.#lanes.run({ signal, lane: 'job', progress: () => undefined }, (turn) =>
        work(async () => {
          await turn.giveWay();
          if (signal.aborted) throw fail('cancelled', {});
        }),
      );
    } catch (error) {
      if (!(error instanceof EngineError)) this.#log(inspect(error));
    }
  }
}
