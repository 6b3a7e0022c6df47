import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { fail } from './failure.js';
import { removeIfFree } from './files.js';
import { HOST, isAlive, STARTED } from './processes.js';
import { reasonOf } from '../protocol/reasons.js';

/** Tells this process from any other: by its machine, its number there, and when it started, since numbers are given again. */
const PREFIX = `relevance-cam-${HOST}-${process.pid}-${STARTED}-`;
const NAME = /^relevance-cam-([0-9a-f]{12})-(\d+)-(\d+)-/;

/** Into a folder that is in use something is written with every model; one untouched for so long is in use nowhere. */
const FORSAKEN_MS = 30 * 24 * 60 * 60 * 1000;

/** The folder for the files of one engine. */
export class ScratchFolder {
  readonly #parent: string;
  #path: string | null = null;

  /** @param parent where the folder is to lie; made where it is missing */
  constructor(parent: string) {
    this.#parent = parent;
  }

  /**
   * The folder, made when it is first needed; then what killed engines left is removed.
   * @throws noTemporaryFiles
   */
  path(): string {
    this.#path ??= make(this.#parent);
    return this.#path;
  }

  /** Removes the folder and what is in it. */
  remove(): void {
    if (this.#path !== null) removeIfFree(this.#path);
    this.#path = null;
  }
}

function make(parent: string): string {
  try {
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      const folder = path.join(parent, name);
      if (isForsaken(folder, NAME.exec(name))) removeIfFree(folder);
    }
    return mkdtempSync(path.join(parent, PREFIX));
  } catch (error) {
    throw fail('noTemporaryFiles', { folder: parent, reason: reasonOf(error) }, error);
  }
}

/** Whether no engine will use a folder any more. Of one on another machine nothing but the folder's age is known. */
function isForsaken(folder: string, owner: readonly string[] | null): boolean {
  if (owner === null) return false;
  const [, host, pid, started] = owner;
  if (host === HOST && !isAlive(Number(pid), started)) return true;
  const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched > FORSAKEN_MS;
}
