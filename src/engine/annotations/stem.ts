import { basename, extname } from 'node:path';

/** A file's name without its ending. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}
