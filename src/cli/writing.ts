import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../engine/files.js';
import { CommandError } from './messages.js';
import type { Terminal } from './terminal.js';

/** Writes a file, making the folder that it lies in. @throws CommandError */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  } catch (cause) {
    throw new CommandError(`Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

/** Writes JSON to a file or, for `-`, to standard output. @throws CommandError */
export async function writeJson(target: string, json: string, terminal: Terminal): Promise<void> {
  if (target === '-') terminal.print(json);
  else await writeOutput(target, json);
}
