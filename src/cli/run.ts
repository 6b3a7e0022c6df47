import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { inspect as describe } from 'node:util';
import { version } from '../../package.json';
import { Engine } from '../engine/engine.js';
import { reasonOf } from '../protocol/reasons.js';
import { useThreads } from '../engine/runtime/threads.js';
import type { DeviceChoice } from '../protocol/device.js';
import type { Call } from '../protocol/engineApi.js';
import { parseCommand, type Command } from './arguments.js';
import { takeComputing } from './computing.js';
import { evaluate } from './evaluate/evaluate.js';
import { explain } from './explain.js';
import { HELP } from './help.js';
import { inspect } from './inspect.js';
import { CommandError, messageOf } from './messages.js';
import { endProgress, watchedCall } from './progress.js';
import { sanity } from './sanity/sanity.js';
import type { Terminal } from './terminal.js';
import { watch } from './watch/watch.js';

/** Exit statuses. */
const DONE = 0;
const WORSE = 1;
export const FAILED = 2;
const PARTLY_BLOCKED = 3;
/** As sysexits.h numbers what is the program's own fault. */
const UNEXPECTED = 70;

/**
 * Carries out a command line.
 * @param signal cancels the work; then nothing is left of it but what is written whole
 * @returns the exit status
 */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { threads, device, rest } = takeComputing(words);
    useThreads(threads);
    return await carryOut(parseCommand(rest), device, terminal, watchedCall(terminal, signal));
  } catch (error) {
    endProgress(terminal);
    const message = messageOf(error);
    terminal.report(`relevance-cam: ${message ?? describe(error)}\n`);
    return message === null ? UNEXPECTED : FAILED;
  }
}

async function carryOut(
  command: Command,
  device: DeviceChoice,
  terminal: Terminal,
  call: Call,
): Promise<number> {
  const withEngine = <T>(work: (engine: Engine) => Promise<T>, maxMegapixels?: number): Promise<T> =>
    onDevice(device, work, maxMegapixels);
  switch (command.name) {
    case 'help':
      terminal.print(HELP);
      return DONE;
    case 'version':
      terminal.print(`${version}\n`);
      return DONE;
    case 'explain':
      await withEngine((engine) => explain(command, engine, call, terminal), command.maxMegapixels);
      return DONE;
    case 'watch':
      await withEngine((engine) => watch(command, engine, call, terminal), command.maxMegapixels);
      return DONE;
    case 'sanity':
      await withEngine((engine) => sanity(command, engine, call, terminal), command.maxMegapixels);
      return DONE;
    case 'evaluate':
      // Many pictures by the same model: it is soon found which device is faster.
      return (await evaluate(command, withEngine, { ...call, lane: 'job' }, terminal)) ? DONE : WORSE;
    case 'inspect': {
      const complete = await withEngine((engine) => inspect(command, engine, call, terminal));
      return complete ? DONE : PARTLY_BLOCKED;
    }
  }
}

/** @throws CommandError where temporary files have no place */
async function onDevice<T>(
  device: DeviceChoice,
  work: (engine: Engine) => Promise<T>,
  maxMegapixels?: number,
): Promise<T> {
  const cacheFolder = tmpdir();
  try {
    await access(cacheFolder, constants.W_OK);
  } catch (cause) {
    const problem = `Temporary files cannot be written into ${cacheFolder}: ${reasonOf(cause)}.`;
    throw new CommandError(`${problem} Name another folder with TMPDIR, on Windows with TEMP.`, { cause });
  }
  const engine = new Engine({
    cacheFolder,
    log: () => undefined,
    device,
    ...(maxMegapixels !== undefined && { maxMegapixels }),
  });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}
