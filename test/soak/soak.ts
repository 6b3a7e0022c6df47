import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';

import { EngineClient, type EngineClientOptions } from '../../src/extension/client/engineClient.js';
import { EngineDied, isCancelled } from '../../src/extension/client/engineError.js';
import type { Call } from '../../src/protocol/engineApi.js';
import { Random } from '../unit/engine/fuzz/random.js';
import type { EngineProgram } from '../unit/engine/engineProgram.js';
import { differ } from './differ.js';
import { REQUESTS, type SoakRequest } from './requests.js';

export interface SoakOptions {
  readonly program: EngineProgram;
  readonly kills: number;
  readonly seed: number;
}

/** How the requests ended, and what should not have been. */
export interface Outcome {
  readonly right: number;
  readonly died: number;
  readonly cancelled: number;
  readonly wrong: readonly string[];
  /** What lies in the folder for temporary files after the last engine has ended by itself. */
  readonly left: readonly string[];
}

const CLIENTS = 2;
/** Of each client. */
const CALLERS = 2;
/** A process is killed after fewer messages than this from any of them. */
const MESSAGES = 25;
/** One of so many requests is cancelled. */
const CANCELLED = 8;
/** No request takes so long on any machine. */
const HANG_MS = 5 * 60 * 1000;

/** Callers ask two clients for this and that, while the clients' processes are killed at random moments. */
export async function soak({ program, kills, seed }: SoakOptions): Promise<Outcome> {
  const random = new Random(seed);
  const processes = new Processes(program);
  const clients = Array.from({ length: CLIENTS }, () => processes.client());
  const expected = new Map<SoakRequest, unknown>();
  const undisturbed = processes.client();
  for (const request of REQUESTS) expected.set(request, await request.ask(undisturbed, silentCall()));
  undisturbed.dispose();

  const outcome = { right: 0, died: 0, cancelled: 0, wrong: new Array<string>() };
  let killed = 0;
  let messages = random.below(MESSAGES);
  const heard = (): void => {
    if (killed === kills || messages-- > 0) return;
    processes.kill(random);
    killed++;
    messages = random.below(MESSAGES);
  };
  const ask = async (engine: EngineClient, request: SoakRequest, patience: number): Promise<void> => {
    const controller = new AbortController();
    let left = patience;
    const progress = (): void => {
      heard();
      if (left-- === 0) controller.abort();
    };
    try {
      const answer = await inTime(request.ask(engine, { signal: controller.signal, progress }));
      const difference = differ(answer, expected.get(request));
      if (difference === null) outcome.right++;
      else outcome.wrong.push(`${request.name}: ${difference}`);
    } catch (error) {
      if (isCancelled(error) && controller.signal.aborted) outcome.cancelled++;
      else if (error instanceof EngineDied) outcome.died++;
      else outcome.wrong.push(`${request.name}: ${String(error)}`);
    }
  };
  const caller = async (engine: EngineClient): Promise<void> => {
    while (killed < kills)
      await ask(
        engine,
        random.of(REQUESTS),
        random.below(CANCELLED) === 0 ? random.below(MESSAGES) : Infinity,
      );
  };
  await Promise.all(clients.flatMap((client) => Array.from({ length: CALLERS }, () => caller(client))));
  // What the kills have left behind stands in nobody's way.
  const [client] = clients;
  for (const request of REQUESTS) if (client !== undefined) await ask(client, request, Infinity);
  await processes.end();
  const isMeantToStay = (name: string): boolean => name.startsWith('relevance-cam-graphs-');
  return { ...outcome, left: readdirSync(program.cacheFolder).filter((name) => !isMeantToStay(name)) };
}

/** The processes of all clients. */
class Processes {
  readonly #program: EngineProgram;
  readonly #clients: EngineClient[] = [];
  readonly #running = new Set<ChildProcess>();

  constructor(program: EngineProgram) {
    this.#program = program;
  }

  client(more: Pick<EngineClientOptions, 'lingerMs'> = {}): EngineClient {
    const silent = (): void => undefined;
    const client = new EngineClient({
      launch: () => {
        const child = this.#program.fork();
        this.#running.add(child);
        child.once('exit', () => this.#running.delete(child));
        return child;
      },
      log: { info: silent, warn: silent },
      ...more,
    });
    this.#clients.push(client);
    return client;
  }

  kill(random: Random): void {
    if (this.#running.size > 0) random.of([...this.#running]).kill('SIGKILL');
  }

  /** Kills all, as an editor does that ends, and lets one more engine end by itself. */
  async end(): Promise<void> {
    for (const client of this.#clients) client.dispose();
    await this.#gone();
    const [open] = REQUESTS;
    await open?.ask(this.client({ lingerMs: 0 }), silentCall());
    await this.#gone();
  }

  async #gone(): Promise<void> {
    await Promise.all(Array.from(this.#running, (child) => once(child, 'exit')));
  }
}

function silentCall(): Call {
  return { signal: new AbortController().signal, progress: () => undefined };
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('hangs'));
    }, HANG_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
