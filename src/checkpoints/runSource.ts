import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';

/** Where runs are looked for. */
export interface RunSource {
  /** Absolute path. */
  readonly folder: string;
  /**
   * The only files that count as checkpoints, relative to the folder: a list of them is one run, those that match a glob
   * are any number of runs. null: all below the folder, of any number of runs.
   */
  readonly files: readonly string[] | string | null;
}

/** The source that a user names: a folder, a file, or a glob of files, below the folder that it begins with. */
export function sourceNamed(text: string, workingFolder: string): RunSource {
  const path = resolve(workingFolder, text);
  // Names may hold what would be wildcards in a glob.
  const state = statSync(path, { throwIfNoEntry: false });
  if (state !== undefined) return state.isFile() ? sourceOfFiles([path]) : { folder: path, files: null };
  const { base, glob } = picomatch.scan(text.replaceAll(sep, '/'));
  return { folder: resolve(workingFolder, base), files: glob === '' ? null : glob };
}

/** The source of these files alone. @param files absolute paths, at least one */
export function sourceOfFiles(files: readonly string[]): RunSource {
  let folder = dirname(files[0] ?? '');
  while (!files.every((file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return { folder, files: files.map((file) => relative(folder, file).replaceAll(sep, '/')) };
}

/** What a source is called: its folder, and the glob where it is one. */
export function sourceName({ folder, files }: RunSource): string {
  return typeof files === 'string' ? `${basename(folder)}/${files}` : basename(folder);
}

/** Its folder, or the glob in it. */
export function sourcePath({ folder, files }: RunSource): string {
  return typeof files === 'string' ? join(folder, files) : folder;
}

/** Whether a file may be a checkpoint of a source's runs, by its path relative to the folder. */
export function isOfSource({ files }: RunSource): (path: string) => boolean {
  if (files === null) return () => true;
  return typeof files === 'string' ? picomatch(files) : (path) => files.includes(path);
}
