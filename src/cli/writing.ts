import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../engine/failure.js';
import { removeIfFree } from '../engine/files.js';
import { reasonOf } from '../protocol/reasons.js';
import { CommandError } from './messages.js';
import type { Terminal } from './terminal.js';

/**
 * Writes a file, making the folder that it lies in. Whoever reads it finds it whole, or what was there before.
 * @throws CommandError; cancelled
 */
export async function writeOutput(
  file: string,
  content: string | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await replace(file, content, signal);
  } catch (cause) {
    if (signal.aborted) throw fail('cancelled', {}, cause);
    throw new CommandError(`Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

/** Writes JSON to a file or, for `-`, to standard output. @throws CommandError; cancelled */
export async function writeJson(
  target: string,
  json: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (target === '-') terminal.print(json);
  else await writeOutput(target, json, signal);
}

/** Removes what an earlier command wrote, where it did. @throws CommandError */
export async function removeOutput(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (cause) {
    throw new CommandError(`Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

async function replace(file: string, content: string | Uint8Array, signal: AbortSignal): Promise<void> {
  const present = await stat(file).catch(() => null);
  // A device or a pipe takes what is written to it; a new file in its place would not.
  if (present?.isFile() === false) return writeFile(file, content, { signal });
  // A link stays one, and the rights of the file are those that its user gave it.
  const target = present === null ? file : await realpath(file);
  const mode = (present?.mode ?? 0o666) & 0o777;
  const part = join(dirname(target), `.${randomUUID()}.part`);
  try {
    await writeFile(part, content, { signal, mode });
    await rename(part, target);
  } catch (error) {
    removeIfFree(part);
    throw error;
  }
}
