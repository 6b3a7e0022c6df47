import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { bundled } from './engineProcess.mjs';
import { peakOf } from './processes.mjs';

/** Runs the command line. */
export async function runCommand(words: readonly string[], cacheFolder: string): Promise<void> {
  const { child, ended } = await start(words, cacheFolder);
  child.stdout.resume();
  await ended;
}

/**
 * Runs the command line, which has to print a line for everything that it does.
 * @returns the most memory that it held when it printed its last line, in bytes
 */
export async function peakOfCommand(words: readonly string[], cacheFolder: string): Promise<number> {
  const { child, ended } = await start(words, cacheFolder);
  let peak = NaN;
  for await (const line of createInterface(child.stdout))
    if (line !== '' && child.exitCode === null) peak = peakOf(child.pid);
  await ended;
  return peak;
}

interface Started {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly ended: Promise<void>;
}

async function start(words: readonly string[], cacheFolder: string): Promise<Started> {
  const program = await bundled('src/cli/main.ts', cacheFolder);
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => {
    if (child.exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${child.exitCode}`);
  });
  return { child, ended };
}
