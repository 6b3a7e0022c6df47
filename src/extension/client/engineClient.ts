import type { ChildProcess } from 'node:child_process';

import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { EngineMethod, EngineRequest, EngineResult } from '../../protocol/rpc.js';
import { cancelled, EngineDied, isFull } from './engineError.js';
import { EngineProcess } from './engineProcess.js';
import type { Log } from './engineProcess.js';

/** Reason of an abort where the answer is merely no longer wanted: the engine has longer to stop. */
export const SUPERSEDED = 'superseded';

/** How long the engine may go on with a call that was cancelled before it is killed … */
const CANCEL_GRACE_MS = 3000;

/** … and so many times as long where the call was superseded: what it prepares, the next call may use. */
const SUPERSEDED_GRACE = 10;

/** How long the engine stays when nothing is asked of it: its memory is given back, models are opened anew. */
const LINGER_MS = 5 * 60 * 1000;

/** A request is repeated after so many failures of a process to answer it, not more. */
const REPEATS = 1;

export interface EngineClientOptions {
  readonly launch: () => ChildProcess;
  readonly log: Log;
  readonly cancelGraceMs?: number;
  readonly lingerMs?: number;
}

/** What happens to the engine; `gaveUp`: it died as often as a request is tried. */
export type EngineEvent = 'died' | 'gaveUp';

/**
 * The engine as the host sees it: started on first use, ended when idle, replaced after a death or when it is full, with
 * what was asked repeated. Work that should touch no other takes a client, and with it a process, of its own.
 */
export class EngineClient implements EngineApi {
  readonly #options: EngineClientOptions;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  /** The last takes requests; those before it end when they have answered theirs. */
  readonly #processes = new Set<EngineProcess>();
  #disposed = false;

  readonly open: EngineApi['open'] = (request, call) => this.#ask('open', request, call);
  readonly explain: EngineApi['explain'] = (request, call) => this.#ask('explain', request, call);
  readonly compare: EngineApi['compare'] = (request, call) => this.#ask('compare', request, call);
  readonly sanity: EngineApi['sanity'] = (request, call) => this.#ask('sanity', request, call);
  readonly picture: EngineApi['picture'] = (request, call) => this.#ask('picture', request, call);
  readonly thumbnail: EngineApi['thumbnail'] = (request, call) => this.#ask('thumbnail', request, call);
  readonly annotations: EngineApi['annotations'] = (request, call) => this.#ask('annotations', request, call);
  readonly truth: EngineApi['truth'] = (request, call) => this.#ask('truth', request, call);
  readonly tryPresets: EngineApi['tryPresets'] = (request, call) => this.#ask('tryPresets', request, call);
  readonly evaluate: EngineApi['evaluate'] = (request, call) => this.#ask('evaluate', request, call);
  readonly exportLayer: EngineApi['exportLayer'] = (request, call) => this.#ask('exportLayer', request, call);

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  /** Returns what ends the calls. */
  onEvent(listener: (event: EngineEvent) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Ends the process; what is under way is repeated in a new one. */
  restart(): void {
    this.#options.log.info('Restarting the background process.');
    this.#kill();
  }

  dispose(): void {
    this.#disposed = true;
    this.#kill();
  }

  async #ask<M extends EngineMethod>(
    method: M,
    request: EngineRequest<M>,
    call: Call,
  ): Promise<EngineResult<M>> {
    for (let failures = 0; ;) {
      const process = this.#running();
      try {
        return await process.ask(method, request, call);
      } catch (error) {
        if (call.signal.aborted || this.#disposed) throw cancelled();
        if (isFailedTry(error, process) && ++failures > REPEATS) {
          if (error instanceof EngineDied) this.#tell('gaveUp');
          throw error;
        }
        this.#options.log.info(`Repeating "${method}".`);
      }
    }
  }

  #running(): EngineProcess {
    if (this.#disposed) throw cancelled();
    const last = [...this.#processes].at(-1);
    return last?.takesRequests === true ? last : this.#start();
  }

  #start(): EngineProcess {
    const { launch, log, lingerMs = LINGER_MS, cancelGraceMs = CANCEL_GRACE_MS } = this.#options;
    log.info('Starting the background process.');
    const graceMs = (reason: unknown): number =>
      reason === SUPERSEDED ? SUPERSEDED_GRACE * cancelGraceMs : cancelGraceMs;
    const started = new EngineProcess(launch(), { log, lingerMs, graceMs }, (how) => {
      this.#processes.delete(started);
      if (how === null) return;
      log.warn(`The background process ended unexpectedly (${how}).`);
      this.#tell('died');
    });
    this.#processes.add(started);
    return started;
  }

  #kill(): void {
    for (const process of this.#processes) process.kill();
  }

  #tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/**
 * Whether this try counts as one: not where another call ended the process or filled it.
 * @throws what another try would not change
 */
function isFailedTry(error: unknown, process: EngineProcess): boolean {
  if (error instanceof EngineDied) return error.blamed;
  if (!isFull(error)) throw error;
  process.retire();
  return !process.useful;
}
