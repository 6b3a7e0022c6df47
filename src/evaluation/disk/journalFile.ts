import { mkdir, open, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { EvaluationError } from '../failure.js';
import { entryLine, headLine, parseJournal, type Journal, type JournalEntry } from '../journal.js';
import type { EvaluationHead } from '../report.js';
import { differingPart } from '../sameEvaluation.js';
import { readIfPresent, writing } from './files.js';

/** What a loss of power may cost: so many milliseconds of work. The end of the program alone costs nothing. */
const SYNC_MS = 1000;

/** The journal of a run, to which what was done is appended. */
export class JournalFile {
  readonly #file: string;
  readonly #handle: FileHandle;
  #synced = performance.now();

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /**
   * Goes on with a journal, or begins one.
   * @returns with it what it holds
   * @throws otherJournal, damagedJournal, cannotRead, cannotWrite
   */
  static async open(
    file: string,
    head: EvaluationHead,
  ): Promise<{ readonly journal: JournalFile; readonly entries: readonly JournalEntry[] }> {
    const found = await readJournal(file);
    const part = found && differingPart(found.head, head);
    if (part !== null) throw new EvaluationError('otherJournal', { file, part });
    const handle = await writing(file, async () => {
      await mkdir(dirname(file), { recursive: true });
      const opened = await open(file, 'a');
      await truncate(file, found?.length ?? 0);
      if (found === null) await opened.appendFile(headLine(head));
      return opened;
    });
    return { journal: new JournalFile(file, handle), entries: found?.entries ?? [] };
  }

  /** @throws cannotWrite */
  async append(entry: JournalEntry): Promise<void> {
    await writing(this.#file, async () => {
      await this.#handle.appendFile(entryLine(entry));
      if (performance.now() - this.#synced < SYNC_MS) return;
      await this.#handle.datasync();
      this.#synced = performance.now();
    });
  }

  /** @throws cannotWrite */
  async close(): Promise<void> {
    await writing(this.#file, async () => {
      await this.#handle.datasync();
      await this.#handle.close();
    });
  }
}

/** What a journal holds; null where there is none, or none of its lines is whole. @throws damagedJournal, cannotRead */
export async function readJournal(file: string): Promise<Journal | null> {
  const bytes = await readIfPresent(file);
  return bytes && parseJournal(file, bytes);
}
