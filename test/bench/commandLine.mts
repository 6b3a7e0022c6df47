import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { bundled } from './engineProcess.mjs';
import { peakOf } from './processes.mjs';

/**
 * Runs the command line, which has to print a line for everything that it does.
 * @returns the most memory that it held when it printed its last line, in bytes
 */
export async function peakOfCommand(words: readonly string[], cacheFolder: string): Promise<number> {
  const program = await bundled('src/cli/main.ts', cacheFolder);
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let peak = NaN;
  for await (const line of createInterface(child.stdout))
    if (line !== '' && child.exitCode === null) peak = peakOf(child.pid);
  await ended;
  if (child.exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${child.exitCode}`);
  return peak;
}
