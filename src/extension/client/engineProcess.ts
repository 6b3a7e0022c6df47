import { fork } from 'node:child_process';
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
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { ENGINE_PROGRESS, ENGINE_REQUESTS, RECYCLED } from '../../protocol/rpc.js';
import type { EngineMethod, EngineRequest, EngineResult } from '../../protocol/rpc.js';
import { cancelled, EngineDied, fromRpc } from './engineError.js';

/** The part of a log channel that the engine's client writes to. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export function forkEngine(
  program: string,
  cacheFolder: string,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): ChildProcess {
  return fork(program, [cacheFolder, String(maxMegapixels)], {
    // Typed arrays arrive as typed arrays.
    serialization: 'advanced',
    // The host's own flags (a debugger's port, say) are not the engine's.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // In a desktop VS Code `process.execPath` is Electron.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
}

/** One background process, from its start to its end. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  #asked = 0;
  /** Ended by us, or by itself to be replaced. */
  #intended = false;
  #end: string | null = null;

  /** @param onEnd told once how the process ended, unless that was intended */
  constructor(child: ChildProcess, log: Log, onEnd: (how: string) => void) {
    this.#child = child;
    this.#connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    this.#connection.listen();
    forwardLines(child.stdout, (line) => {
      log.info(line);
    });
    forwardLines(child.stderr, (line) => {
      log.warn(line);
    });

    const ended = (how: string): void => {
      if (this.#end !== null) return;
      this.#end = how;
      if (!this.#intended) onEnd(how);
      // Rejects whatever waits for an answer.
      this.#connection.dispose();
    };
    child.once('error', (error) => {
      ended(error.message);
    });
    child.once('exit', (code, signal) => {
      if (code === RECYCLED) this.#intended = true;
      ended(signal ?? `exit code ${String(code)}`);
    });
  }

  get alive(): boolean {
    return this.#end === null && !this.#intended;
  }

  /** @throws EngineError what the engine refused · EngineDied it ended first */
  async ask<M extends EngineMethod>(
    method: M,
    request: EngineRequest<M>,
    call: Call,
  ): Promise<EngineResult<M>> {
    if (call.signal.aborted) throw cancelled();
    const cancelling = new CancellationTokenSource();
    const cancel = (): void => {
      cancelling.cancel();
    };
    call.signal.addEventListener('abort', cancel, { once: true });
    const token = String(++this.#asked);
    const progress = this.#connection.onProgress(ENGINE_PROGRESS, token, (told) => {
      if (told.kind === 'progress') call.progress(told.stage, told.fraction);
      else call.partial?.(told.explanations);
    });
    try {
      const { method: name } = ENGINE_REQUESTS[method];
      return await this.#connection.sendRequest<EngineResult<M>>(name, request, token, cancelling.token);
    } catch (error) {
      if (!this.alive || !this.#child.connected)
        throw new EngineDied(this.#end ?? 'disconnected', this.#intended);
      throw fromRpc(error);
    } finally {
      call.signal.removeEventListener('abort', cancel);
      progress.dispose();
      cancelling.dispose();
    }
  }

  kill(): void {
    this.#intended = true;
    this.#child.kill('SIGKILL');
  }
}

function forwardLines(stream: Readable | null, write: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', write);
}
