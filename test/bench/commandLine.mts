import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { bundled } from './engineProcess.mjs';
import { peakOf } from './processes.mjs';

export interface Ran {
  readonly ms: number;
  /** The most memory that it held when it printed its last line, in bytes. */
  readonly peak: number;
}

/** Runs the command line; it has to print a line for everything that it does. */
export async function runCommand(words: readonly string[], cacheFolder: string): Promise<Ran> {
  const program = await bundled('src/cli/main.ts', cacheFolder);
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let peak = NaN;
  for await (const line of createInterface(child.stdout))
    if (line !== '' && child.exitCode === null) peak = peakOf(child.pid);
  await ended;
  if (child.exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${child.exitCode}`);
  return { ms: performance.now() - started, peak };
}
