import { open, readFile, rename, rm } from 'node:fs/promises';

import { codeOf, reasonOf } from '../../protocol/reasons.js';
import { EvaluationError } from '../failure.js';

/** The bytes of a file; null where there is none. @throws cannotRead */
export async function readIfPresent(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw new EvaluationError('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
}

/** Writes a file that is whole or, after a crash, what was there before. @throws cannotWrite */
export async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  await writing(file, async () => {
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  });
}

/** @throws cannotWrite */
export async function remove(file: string): Promise<void> {
  await writing(file, () => rm(file, { force: true }));
}

/** @throws cannotWrite where the work fails */
export async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new EvaluationError('cannotWrite', { file, reason: reasonOf(cause) }, cause);
  }
}
