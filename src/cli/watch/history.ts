import type { Seen } from './watchedRun.js';

/** The maps of a run may take so many values: 512 MiB. */
export const MOST_VALUES = 2 ** 27;

const NO_MAPS: Seen['maps'] = new Map();

/** What the checkpoints of a run see: every number, and as many maps as there is room for, those of the last steps. */
export class History {
  readonly #mostValues: number;
  /** By picture, by file. */
  readonly #seen = new Map<string, Map<string, Seen>>();

  constructor(mostValues: number) {
    this.#mostValues = mostValues;
  }

  get pictures(): readonly string[] {
    return [...this.#seen.keys()];
  }

  learn(picture: string, seen: Seen): void {
    const files = this.#seen.get(picture) ?? new Map<string, Seen>();
    this.#seen.set(picture, files.set(seen.file, seen));
    this.#forget();
  }

  /** By rising step. */
  of(picture: string): readonly Seen[] {
    return [...(this.#seen.get(picture)?.values() ?? [])].sort((a, b) => a.step - b.step);
  }

  #forget(): void {
    const all = [...this.#seen.values()].flatMap((files) =>
      [...files.values()].map((seen) => ({ files, seen })),
    );
    let values = 0;
    for (const { files, seen } of all.sort((a, b) => b.seen.step - a.seen.step)) {
      values += valuesIn(seen);
      if (values > this.#mostValues) files.set(seen.file, { ...seen, maps: NO_MAPS });
    }
  }
}

function valuesIn({ maps }: Seen): number {
  return [...maps.values()].reduce((sum, { values }) => sum + values.length, 0);
}
