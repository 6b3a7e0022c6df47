import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
} from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';

import type { Call } from '../../protocol/engineApi.js';
import { ENGINE_PROGRESS, ENGINE_REQUESTS } from '../../protocol/rpc.js';
import type { EngineMethod, EngineProgress, EngineRequest, EngineResult } from '../../protocol/rpc.js';
import { cancelled, EngineDied, fromRpc, isFull } from './engineError.js';

/** The part of a log channel that the engine's client writes to. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export interface ProcessOptions {
  readonly log: Log;
  /** How long the process stays when nothing is asked of it. */
  readonly lingerMs: number;
  /** How long it may go on with a call that was cancelled for this reason, before it is killed. */
  readonly graceMs: (reason: unknown) => number;
}

/** How a process ended, and the call it worked on. */
interface End {
  readonly how: string;
  readonly turn: string | null;
}

/** One background process, from its start to its end. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #connection: MessageConnection;
  #asked = 0;
  #pending = 0;
  #useful = false;
  /** Token of the call that the process works on, of those that take turns. */
  #turn: string | null = null;
  #turnSince = 0;
  #retired = false;
  /** Ended by us. */
  #intended = false;
  #end: End | null = null;
  #linger: NodeJS.Timeout | undefined;

  /** @param onEnd told once that the process has ended; how, unless that was intended */
  constructor(child: ChildProcess, options: ProcessOptions, onEnd: (how: string | null) => void) {
    this.#child = child;
    this.#options = options;
    this.#connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    this.#connection.listen();
    const { log } = options;
    forwardLines(child.stdout, (line) => {
      log.info(line);
    });
    forwardLines(child.stderr, (line) => {
      log.warn(line);
    });

    const ended = (how: string): void => {
      if (this.#end !== null) return;
      this.#end = { how, turn: this.#turn };
      onEnd(this.#intended ? null : how);
      // Rejects whatever waits for an answer.
      this.#connection.dispose();
    };
    child.once('error', (error) => {
      ended(error.message);
    });
    child.once('exit', (code, signal) => {
      ended(signal ?? `exit code ${String(code)}`);
    });
  }

  get takesRequests(): boolean {
    return this.#end === null && this.#child.connected && !this.#retired && !this.#intended;
  }

  /** Whether it has answered anything, if only with a failure other than that it is full. */
  get useful(): boolean {
    return this.#useful;
  }

  /**
   * A cancelled call is answered at once, here; the process is told, and killed where it goes on with it for too long.
   * @throws EngineError what the engine refused · EngineDied it ended first
   */
  async ask<M extends EngineMethod>(
    method: M,
    request: EngineRequest<M>,
    call: Call,
  ): Promise<EngineResult<M>> {
    if (call.signal.aborted) throw cancelled();
    const token = String(++this.#asked);
    const cancelling = new CancellationTokenSource();
    let patience: NodeJS.Timeout | undefined;
    const answered = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const onAbort = (): void => {
        cancelling.cancel();
        patience = this.#killIfStuck(token, this.#options.graceMs(call.signal.reason));
        reject(cancelled());
      };
      call.signal.addEventListener('abort', onAbort, { signal: answered.signal });
    });
    const progress = this.#connection.onProgress(ENGINE_PROGRESS, token, (told) => {
      this.#hear(told, token, call);
    });
    this.#pending++;
    clearTimeout(this.#linger);
    const answer = this.#send(method, request, { token, call, cancelling }).finally(() => {
      answered.abort();
      clearInterval(patience);
      progress.dispose();
      cancelling.dispose();
      if (this.#turn === token) this.#turn = null;
      this.#pending--;
      this.#leaveWhenIdle();
    });
    return Promise.race([answer, aborted]);
  }

  /** Takes no further request, and ends when those under way are answered. */
  retire(): void {
    this.#retired = true;
    this.#leaveWhenIdle();
  }

  kill(): void {
    this.#intended = true;
    this.#child.kill('SIGKILL');
  }

  async #send<M extends EngineMethod>(
    method: M,
    request: EngineRequest<M>,
    { token, call, cancelling }: { token: string; call: Call; cancelling: CancellationTokenSource },
  ): Promise<EngineResult<M>> {
    const { method: name } = ENGINE_REQUESTS[method];
    const header = { token, lane: call.lane ?? 'person' };
    try {
      const answer = await this.#connection.sendRequest<EngineResult<M>>(
        name,
        request,
        header,
        cancelling.token,
      );
      this.#useful = true;
      return answer;
    } catch (error) {
      if (this.#end === null && this.#child.connected) {
        const refused = fromRpc(error);
        this.#useful ||= !isFull(refused);
        throw refused;
      }
      const { how, turn } = this.#end ?? { how: 'disconnected', turn: this.#turn };
      throw new EngineDied(how, !this.#intended && (turn === null || turn === token));
    }
  }

  #hear(told: EngineProgress, token: string, call: Call): void {
    if (told.kind === 'turn') {
      this.#turn = token;
      this.#turnSince = performance.now();
    } else if (!call.signal.aborted) {
      if (told.kind === 'progress') call.progress(told.stage, told.fraction);
      else if (told.kind === 'partial') call.partial?.(told.explanations);
      else call.sanity?.(told.result);
    }
  }

  /** Looks again and again: a call that waits for its turn holds nobody up, and is dropped when that comes. */
  #killIfStuck(token: string, graceMs: number): NodeJS.Timeout {
    return setInterval(() => {
      if (this.#turn !== token || performance.now() - this.#turnSince < graceMs) return;
      this.#options.log.warn('The background process did not obey a cancellation.');
      this.kill();
    }, graceMs);
  }

  #leaveWhenIdle(): void {
    clearTimeout(this.#linger);
    if (this.#pending > 0) return;
    const leave = (): void => {
      this.#intended = true;
      // The engine ends when nobody listens, and tidies up.
      if (this.#child.connected) this.#child.disconnect();
    };
    this.#linger = setTimeout(leave, this.#retired ? 0 : this.#options.lingerMs);
    this.#linger.unref();
  }
}

function forwardLines(stream: Readable | null, write: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', write);
}
