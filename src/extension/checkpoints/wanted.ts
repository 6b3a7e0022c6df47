import type { TimelineNeed } from '../../protocol/timeline.js';

/** One picture at one checkpoint, both by number, and the layers that are not known of it. */
export interface Item {
  readonly checkpoint: number;
  readonly picture: number;
  readonly layers: readonly string[];
}

/** What the page was told of each picture at each checkpoint. */
export class KnownItems {
  /** Layers by number of the picture, by number of the checkpoint; without any the prediction alone is known. */
  readonly #known = new Map<number, Map<number, ReadonlySet<string>>>();

  add({ checkpoint, picture, layers }: Item): void {
    const pictures = this.#known.get(checkpoint) ?? new Map<number, ReadonlySet<string>>();
    pictures.set(picture, new Set([...(pictures.get(picture) ?? []), ...layers]));
    this.#known.set(checkpoint, pictures);
  }

  /** Whether anything is known of a checkpoint. */
  has(checkpoint: number): boolean {
    return (this.#known.get(checkpoint)?.size ?? 0) > 0;
  }

  /** Forgets one picture at every checkpoint. */
  forgetPicture(picture: number): void {
    for (const pictures of this.#known.values()) pictures.delete(picture);
  }

  /** The page lacks these layers, whatever it was told of them: it keeps a bounded number of maps. */
  forgetLayers(need: TimelineNeed): void {
    for (const { checkpoint, picture, layers } of itemsOf(need)) {
      const pictures = this.#known.get(checkpoint);
      const known = pictures?.get(picture);
      if (known === undefined) continue;
      pictures?.set(picture, new Set([...known].filter((layer) => !layers.includes(layer))));
    }
  }

  clear(): void {
    this.#known.clear();
  }

  /** What a need still lacks, in its order, each picture at each checkpoint once. */
  missing(need: TimelineNeed): readonly Item[] {
    const items = new Map<string, Item>();
    for (const { checkpoint, picture, layers } of itemsOf(need)) {
      const key = `${checkpoint} ${picture}`;
      const known = this.#known.get(checkpoint)?.get(picture);
      const before = items.get(key)?.layers ?? [];
      const lacking = layers.filter((layer) => known?.has(layer) !== true && !before.includes(layer));
      if (lacking.length > 0 || known === undefined)
        items.set(key, { checkpoint, picture, layers: [...before, ...lacking] });
    }
    return [...items.values()];
  }
}

/** Each picture at each checkpoint that a need names, in its order; one that several parts name comes for each. */
function itemsOf({ parts }: TimelineNeed): readonly Item[] {
  return parts.flatMap(({ checkpoints, pictures, layers }) =>
    checkpoints.flatMap((checkpoint) => pictures.map((picture): Item => ({ checkpoint, picture, layers }))),
  );
}
