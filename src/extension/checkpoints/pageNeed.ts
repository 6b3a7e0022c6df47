import type { TimelineNeed } from '../../protocol/timeline.js';

/** One picture at one checkpoint, both by number, and the layers that are not known of it. */
export interface Item {
  readonly checkpoint: number;
  readonly picture: number;
  readonly layers: readonly string[];
}

/** What the page needs, and what it was told of each picture at each checkpoint. */
export class PageNeed {
  /** Layers by number of the picture, by number of the checkpoint; without any the prediction alone is known. */
  readonly #known = new Map<number, Map<number, ReadonlySet<string>>>();
  #need: TimelineNeed | null = null;

  /** null where it needs nothing more. */
  get id(): number | null {
    return this.#need?.id ?? null;
  }

  /** It lacks all of this, whatever it was told: it keeps a bounded number of maps. */
  ask(need: TimelineNeed | null): void {
    this.#need = need;
    for (const { checkpoint, picture, layers } of itemsOf(need)) {
      const pictures = this.#known.get(checkpoint);
      const known = pictures?.get(picture);
      if (known === undefined) continue;
      pictures?.set(picture, new Set([...known].filter((layer) => !layers.includes(layer))));
    }
  }

  told({ checkpoint, picture, layers }: Item): void {
    const pictures = this.#known.get(checkpoint) ?? new Map<number, ReadonlySet<string>>();
    pictures.set(picture, new Set([...(pictures.get(picture) ?? []), ...layers]));
    this.#known.set(checkpoint, pictures);
  }

  /** Whether it was told anything of a checkpoint. */
  knows(checkpoint: number): boolean {
    return (this.#known.get(checkpoint)?.size ?? 0) > 0;
  }

  /** What it was told does not hold any more: of one picture, or of all. */
  forget(picture?: number): void {
    if (picture === undefined) this.#known.clear();
    else for (const pictures of this.#known.values()) pictures.delete(picture);
  }

  /** What it still lacks, in the order in which it is wanted, each picture at each checkpoint once. */
  get missing(): readonly Item[] {
    const items = new Map<string, Item>();
    for (const { checkpoint, picture, layers } of itemsOf(this.#need)) {
      const key = `${checkpoint} ${picture}`;
      const known = this.#known.get(checkpoint)?.get(picture);
      const before = items.get(key)?.layers ?? [];
      const lacking = layers.filter((layer) => known?.has(layer) !== true && !before.includes(layer));
      if (lacking.length > 0 || known === undefined)
        items.set(key, { checkpoint, picture, layers: [...before, ...lacking] });
    }
    return [...items.values()];
  }

  /** How much of what it needs is there where so many items are missing; null where it needs nothing. */
  fraction(missing: number): number | null {
    const { length } = itemsOf(this.#need);
    return length === 0 ? null : 1 - Math.min(1, missing / length);
  }
}

/** Each picture at each checkpoint that a need names, in its order; one that several parts name comes for each. */
function itemsOf(need: TimelineNeed | null): readonly Item[] {
  return (need?.parts ?? []).flatMap(({ checkpoints, pictures, layers }) =>
    checkpoints.flatMap((checkpoint) => pictures.map((picture): Item => ({ checkpoint, picture, layers }))),
  );
}
