import type { ChildProcess } from 'node:child_process';

import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { EngineMethod, EngineRequest, EngineResult } from '../../protocol/rpc.js';
import { cancelled, EngineDied } from './engineError.js';
import { EngineProcess } from './engineProcess.js';
import type { Log } from './engineProcess.js';

/** Reason of an abort where the answer is merely no longer wanted: the engine is asked to stop, but not killed. */
export const SUPERSEDED = 'superseded';

/** How long the engine may take to obey a cancellation before it is killed. */
const CANCEL_GRACE_MS = 3000;

/** A request is repeated after this many deaths of the process that answered it, not more. */
const REPEATS = 1;

export interface EngineClientOptions {
  readonly launch: () => ChildProcess;
  readonly log: Log;
  readonly cancelGraceMs?: number;
}

/** The engine as the host sees it: started on first use, restarted after a death, with what was asked repeated. */
export class EngineClient implements EngineApi {
  readonly #options: EngineClientOptions;
  readonly #listeners = new Set<() => void>();
  #process: EngineProcess | undefined;
  #disposed = false;

  readonly open: EngineApi['open'] = (request, call) => this.#ask('open', request, call);
  readonly explain: EngineApi['explain'] = (request, call) => this.#ask('explain', request, call);
  readonly compare: EngineApi['compare'] = (request, call) => this.#ask('compare', request, call);
  readonly picture: EngineApi['picture'] = (request, call) => this.#ask('picture', request, call);
  readonly annotations: EngineApi['annotations'] = (request, call) => this.#ask('annotations', request, call);
  readonly tryPresets: EngineApi['tryPresets'] = (request, call) => this.#ask('tryPresets', request, call);
  readonly exportLayer: EngineApi['exportLayer'] = (request, call) => this.#ask('exportLayer', request, call);

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  /** Calls back whenever the process has died of itself. Returns what ends that. */
  onDeath(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Ends the process; what is under way is repeated in a new one. */
  restart(): void {
    this.#options.log.info('Restarting the background process.');
    this.#process?.kill();
    this.#process = undefined;
  }

  dispose(): void {
    this.#disposed = true;
    this.#process?.kill();
  }

  async #ask<M extends EngineMethod>(
    method: M,
    request: EngineRequest<M>,
    call: Call,
  ): Promise<EngineResult<M>> {
    const patience = this.#killUnlessObeyed(call.signal);
    try {
      for (let deaths = 0; ;) {
        try {
          return await this.#running().ask(method, request, call);
        } catch (error) {
          if (!(error instanceof EngineDied)) throw error;
          if (call.signal.aborted || this.#disposed) throw cancelled();
          if (!error.intended && ++deaths > REPEATS) throw error;
          this.#options.log.info(`Repeating "${method}".`);
        }
      }
    } finally {
      patience.dispose();
    }
  }

  #running(): EngineProcess {
    if (this.#disposed) throw cancelled();
    if (this.#process?.alive !== true) this.#process = this.#start();
    return this.#process;
  }

  #start(): EngineProcess {
    const { launch, log } = this.#options;
    log.info('Starting the background process.');
    return new EngineProcess(launch(), log, (how) => {
      log.warn(`The background process ended unexpectedly (${how}).`);
      for (const listener of this.#listeners) listener();
    });
  }

  #killUnlessObeyed(signal: AbortSignal): { dispose(): void } {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      if (signal.reason === SUPERSEDED) return;
      timer = setTimeout(() => {
        this.#options.log.warn('The background process did not obey a cancellation.');
        this.restart();
      }, this.#options.cancelGraceMs ?? CANCEL_GRACE_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return {
      dispose: () => {
        signal.removeEventListener('abort', onAbort);
        clearTimeout(timer);
      },
    };
  }
}
