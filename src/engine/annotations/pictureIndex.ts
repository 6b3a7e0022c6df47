import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Mark } from './mark.js';

/** What one file says of many pictures, by the names by which it calls them. */
export interface PictureIndex {
  /** How many things it says: what it takes in memory. */
  readonly size: number;
  /** The names of the pictures of which it says something, as it writes them. */
  readonly pictures: PictureNames;
  /** @param name one of `pictures` @throws badAnnotations where what is said of it cannot be used */
  marksOf(name: string): readonly Mark[];
}

/** What an index says of a picture. @throws badAnnotations where it cannot be used */
export function saidOf(index: PictureIndex, picture: string): readonly Mark[] {
  const name = index.pictures.find(picture);
  return name === null ? [] : index.marksOf(name);
}

/** Finds a picture by its path among the names that a file has for pictures. */
export class PictureNames {
  readonly all: readonly string[];
  readonly #byBase = new Map<string, string[]>();
  /** Whether no two pictures of the file have a name in common, so that their folders need not be looked at. */
  readonly #areDistinct: boolean;

  /** @param all each once; with folders or without */
  constructor(all: Iterable<string>) {
    this.all = [...all];
    for (const name of this.all) {
      const base = baseOf(name);
      const known = this.#byBase.get(base);
      if (known) known.push(name);
      else this.#byBase.set(base, [name]);
    }
    this.#areDistinct = this.#byBase.size === this.all.length;
  }

  /**
   * The file's name for the picture: the one in whose folders it lies, else the only one, unless that is of another picture;
   * null where there is none.
   */
  find(picture: string): string | null {
    const path = plain(picture);
    const base = basename(path);
    const ending = extname(base);
    return (
      this.#among(base, path, (name) => isOfAnother(name, picture)) ??
      this.#among(basename(base, ending), withoutEnding(path), (name) => isOfAnother(name + ending, picture))
    );
  }

  #among(base: string, path: string, isForeign: (name: string) => boolean): string | null {
    const names = this.#byBase.get(base) ?? [];
    const [inFolders] = names
      .filter((name) => `/${path}`.endsWith(`/${plain(name)}`))
      .sort((a, b) => b.length - a.length);
    if (inFolders !== undefined) return inFolders;
    const [only = null] = this.#areDistinct ? names : [];
    return only === null || isForeign(only) ? null : only;
  }
}

/** The name without its folders, as `find` compares it. */
export function baseOf(name: string): string {
  return basename(plain(name));
}

/** Whether a name that is not the picture's is that of one beside it: of `dog/1.jpg`, where there is a `cat/1.jpg`. */
function isOfAnother(name: string, picture: string): boolean {
  const parts = plain(name).split('/');
  return existsSync(resolve(picture, ...parts.map(() => '..'), ...parts));
}

/** Names of files differ in the slashes between folders and, from macOS, in how accents are written. */
function plain(name: string): string {
  return name
    .normalize()
    .replaceAll('\\', '/')
    .replace(/^\.?\//, '');
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}
