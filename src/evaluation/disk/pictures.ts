import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';

import { isMask, PAINTED_FOLDERS } from '../../protocol/annotations.js';
import { compareNaturally } from '../../protocol/naturalOrder.js';
import { isAnyPicture } from '../../protocol/picture.js';
import { EvaluationError } from '../failure.js';

export interface FoundPictures {
  /** Absolute path of a folder that they all lie in. */
  readonly root: string;
  /** Relative to it, with forward slashes, in natural order. */
  readonly files: readonly string[];
}

/**
 * The pictures that folders, files and globs name: of a folder all below it but for masks and what is hidden.
 * @param words absolute, or relative to the working directory; at least one
 * @throws noPictures
 */
export async function findPictures(words: readonly string[]): Promise<FoundPictures> {
  const found = await Promise.all(words.map(picturesOf));
  const root = found.map(({ root: folder }) => folder).reduce(commonFolder);
  const files = new Set(found.flatMap((each) => each.files.map((file) => slashed(relative(root, file)))));
  if (files.size === 0) throw new EvaluationError('noPictures', { folders: words.join(', ') });
  return { root, files: [...files].sort(compareNaturally) };
}

/** Files as absolute paths. */
async function picturesOf(word: string): Promise<FoundPictures> {
  const path = resolve(word);
  const state = await stateOf(path);
  if (state?.isDirectory() === true) return { root: path, files: await below(path, new Set()) };
  if (state?.isFile() === true) return { root: dirname(path), files: [path] };
  const { base, glob } = picomatch.scan(slashed(word));
  const root = resolve(base);
  if (glob === '') return { root, files: [] };
  const isMatch = picomatch(glob);
  const files = await below(root, new Set());
  return { root, files: files.filter((file) => isMatch(slashed(relative(root, file)))) };
}

/** @param above the folders on the way, links followed: a link may lead back to one of them */
async function below(folder: string, above: ReadonlySet<string>): Promise<readonly string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (above.has(real)) return [];
  const names = await readdir(folder).catch((): string[] => []);
  const found: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (name.startsWith('.')) continue;
    const state = await stateOf(path);
    if (state?.isDirectory() === true && !PAINTED_FOLDERS.includes(name))
      found.push(...(await below(path, new Set([...above, real]))));
    if (state?.isFile() === true && isAnyPicture(name) && !isMask(name)) found.push(path);
  }
  return found;
}

/** null of what is gone, as of a link that leads nowhere. */
function stateOf(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null);
}

function commonFolder(one: string, other: string): string {
  let folder = one;
  while (folder !== other && !other.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    const above = dirname(folder);
    if (above === folder) return folder;
    folder = above;
  }
  return folder;
}

/** A path with forward slashes, as reports have it. */
export function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}
