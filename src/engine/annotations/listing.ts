import { join } from 'node:path';

/** The names in a folder, found by their beginning or their ending. */
export class Listing {
  readonly folder: string;
  /** In order of code units. */
  readonly names: readonly string[];
  readonly #byEnding = new Map<string, readonly string[]>();

  constructor(folder: string, names: readonly string[]) {
    this.folder = folder;
    this.names = [...names].sort();
  }

  get size(): number {
    return this.names.length;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return this.names[this.#place(name)] === name;
  }

  beginningWith(start: string): readonly string[] {
    const first = this.#place(start);
    let end = first;
    while (this.names[end]?.startsWith(start) === true) end++;
    return this.names.slice(first, end);
  }

  /** @param ending with its dot, in lower case; the names' own case does not count */
  endingWith(ending: string): readonly string[] {
    const known = this.#byEnding.get(ending);
    if (known !== undefined) return known;
    const found = this.names.filter((name) => name.toLowerCase().endsWith(ending));
    this.#byEnding.set(ending, found);
    return found;
  }

  /** Of the first name that is not before `wanted`. */
  #place(wanted: string): number {
    let [low, high] = [0, this.names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.names[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
