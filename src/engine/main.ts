// The background process: serves the engine's calls over the channel to the process that forked it.
import { inspect } from 'node:util';
import {
  createMessageConnection,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';

import { DEVICES } from '../protocol/device.js';
import type { Call } from '../protocol/engineApi.js';
import { ENGINE_FAILURE, ERROR_TEXTS, type EngineFailure } from '../protocol/errors.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';
import { ENGINE_PROGRESS, ENGINE_REQUESTS, type CallHeader, type EngineProgress } from '../protocol/rpc.js';
import { Engine } from './engine.js';
import { EngineError } from './failure.js';
import { useThreads } from './runtime/threads.js';

const [, , cacheFolder = '.', maxMegapixels = DEFAULT_MAX_MEGAPIXELS, threads = 0, device] = process.argv;
useThreads(Number(threads) || null);
const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const engine = new Engine({
  cacheFolder,
  log,
  keepsGraphs: true,
  maxMegapixels: Number(maxMegapixels),
  canBeReplaced: true,
  device: DEVICES.find((known) => known === device) ?? 'auto',
});
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

connection.onRequest(ENGINE_REQUESTS.open, answer(engine.open.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.explain, answer(engine.explain.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.compare, answer(engine.compare.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.sanity, answer(engine.sanity.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.picture, answer(engine.picture.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.thumbnail, answer(engine.thumbnail.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.annotations, answer(engine.annotations.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.truth, answer(engine.truth.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.tryPresets, answer(engine.tryPresets.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.evaluate, answer(engine.evaluate.bind(engine)));
connection.onRequest(ENGINE_REQUESTS.exportLayer, answer(engine.exportLayer.bind(engine)));
connection.listen();

// Nobody is left to compute for.
process.on('disconnect', () => {
  process.exit(0);
});
process.on('exit', () => {
  engine.removeFiles();
});

/** A call of the engine as a handler of its request; failures travel as such, anything else is logged. */
function answer<Request, Result>(work: (request: Request, call: Call) => Promise<Result>) {
  return async (
    request: Request,
    header: CallHeader,
    cancellation: CancellationToken,
  ): Promise<Result | ResponseError<EngineFailure>> => {
    try {
      return await work(request, callOf(connection, header, cancellation));
    } catch (error) {
      if (error instanceof EngineError) return responseError(error.failure);
      log(inspect(error));
      throw error;
    }
  };
}

function callOf(to: MessageConnection, { token, lane }: CallHeader, cancellation: CancellationToken): Call {
  const controller = new AbortController();
  cancellation.onCancellationRequested(() => {
    controller.abort();
  });
  const tell = (progress: EngineProgress): void => {
    void to.sendProgress(ENGINE_PROGRESS, token, progress);
  };
  return {
    signal: controller.signal,
    lane,
    turn: () => {
      tell({ kind: 'turn' });
    },
    progress: (stage, fraction) => {
      tell({ kind: 'progress', stage, fraction });
    },
    partial: (explanations) => {
      tell({ kind: 'partial', explanations });
    },
    sanity: (result) => {
      tell({ kind: 'sanity', result });
    },
  };
}

function responseError(failure: EngineFailure): ResponseError<EngineFailure> {
  return new ResponseError(ENGINE_FAILURE, ERROR_TEXTS[failure.code], failure);
}
