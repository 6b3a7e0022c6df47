/** What watching needs of the world, so that tests can stand in for it. */

/** A file as a listing tells it. Its path is relative to the folder listed, with `/`. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Equal where two names, by a link, lead to one file. */
  readonly node: string;
}

export interface FileSystem {
  /** Every file below a folder that may matter; null where the folder is not there. */
  list(folder: string): Promise<readonly ListedFile[] | null>;
  /** What tells the content of a file from that of any other of the same size; null where it cannot be read. */
  digest(file: string): Promise<string | null>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns what calls it off */
  after(milliseconds: number, callback: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};
