import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect as describe } from 'node:util';
import { version } from '../../package.json';
import { Engine } from '../engine/engine.js';
import { parseCommand, type Command } from './arguments.js';
import { explain } from './explain.js';
import { HELP } from './help.js';
import { inspect } from './inspect.js';
import { messageOf } from './messages.js';
import { endProgress, watchedCall } from './progress.js';
import type { Terminal } from './terminal.js';

/** Exit statuses. */
const DONE = 0;
const UNEXPECTED = 1;
const FAILED = 2;
const PARTLY_BLOCKED = 3;

/** Carries out a command line. @returns the exit status */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await carryOut(parseCommand(words), terminal);
  } catch (error) {
    endProgress(terminal);
    const message = messageOf(error);
    terminal.report(`relevance-cam: ${message ?? describe(error)}\n`);
    return message === null ? UNEXPECTED : FAILED;
  }
}

async function carryOut(command: Command, terminal: Terminal): Promise<number> {
  switch (command.name) {
    case 'help':
      terminal.print(HELP);
      return DONE;
    case 'version':
      terminal.print(`${version}\n`);
      return DONE;
    case 'explain':
      await withEngine(
        (engine, signal) => explain(command, engine, watchedCall(terminal, signal), terminal),
        command.maxMegapixels,
      );
      return DONE;
    case 'inspect': {
      const complete = await withEngine((engine, signal) =>
        inspect(command, engine, watchedCall(terminal, signal), terminal),
      );
      return complete ? DONE : PARTLY_BLOCKED;
    }
  }
}

/** Interrupting cancels the work, so that nothing is left in the folder for temporary files. */
async function withEngine<T>(
  work: (engine: Engine, signal: AbortSignal) => Promise<T>,
  maxMegapixels?: number,
): Promise<T> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'relevance-cam-'));
  const engine = new Engine({
    cacheFolder,
    log: () => undefined,
    ...(maxMegapixels !== undefined && { maxMegapixels }),
  });
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort();
  };
  process.once('SIGINT', interrupt);
  try {
    return await work(engine, controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    await engine.dispose();
    await rm(cacheFolder, { recursive: true, force: true });
  }
}
