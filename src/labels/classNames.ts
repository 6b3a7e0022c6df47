import { IMAGENET_LABELS, WORDNET_IDS } from './imagenet.js';

type Indices = ReadonlyMap<string, readonly number[]>;

/** Finds a model's classes by what people and data sets call them. */
export class ClassNames {
  readonly #labels: readonly string[];
  readonly #exact: Indices;
  readonly #plain: Indices;
  readonly #synonyms: Indices;
  /**
   * Index of the first of ImageNet's classes: 1 where one for the background comes before them, as in TensorFlow's models.
   * null where the model has other classes.
   */
  readonly #imagenetStart: number | null;

  /** @param labels the model's, one per class */
  constructor(labels: readonly string[]) {
    this.#labels = labels;
    this.#exact = indicesBy(labels, (label) => [label]);
    this.#plain = indicesBy(labels, (label) => [plain(label)]);
    this.#synonyms = indicesBy(labels, synonyms);
    this.#imagenetStart = this.#startOfImagenet();
  }

  /**
   * The classes that a name means: by the first of the label, one of the synonyms that a label lists between commas, the
   * WordNet id and the index by which it means any. Case does not count, nor what stands for a space.
   * @returns several where the model has several of the name
   */
  named(name: string): readonly number[] {
    const wanted = plain(name);
    if (wanted === '') return [];
    const ways = [() => this.#byLabel(name), () => this.#byWordNetId(wanted), () => this.#byIndex(wanted)];
    for (const find of ways) {
      const found = find();
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The class that a name means; null where it means none or several. */
  only(name: string): number | null {
    const [first, ...others] = this.named(name);
    return others.length === 0 ? (first ?? null) : null;
  }

  /** By what `only` finds a class again: its label, its index where others have the same. */
  nameOf(index: number): string {
    const label = this.#labels[index] ?? '';
    return this.only(label) === index ? label : String(index);
  }

  /** Of a class of ImageNet, where the model has all of its classes; else null. */
  wordNetId(index: number): string | null {
    return this.#imagenetStart === null ? null : (WORDNET_IDS[index - this.#imagenetStart] ?? null);
  }

  /** The class with a number in a data set, which is ImageNet's own also where a class for the background comes first. */
  numbered(number: number): number | null {
    const index = number + (this.#imagenetStart ?? 0);
    return index in this.#labels ? index : null;
  }

  #byLabel(name: string): readonly number[] {
    return this.#exact.get(name) ?? this.#plain.get(plain(name)) ?? this.#synonyms.get(plain(name)) ?? [];
  }

  /** Folders are also called `n02085620-Chihuahua`. */
  #byWordNetId(name: string): readonly number[] {
    const [id = ''] = name.split(' ', 1);
    const index = WORDNET_IDS.indexOf(id);
    const label = IMAGENET_LABELS[index];
    if (label === undefined) return [];
    if (this.#imagenetStart !== null) return [this.#imagenetStart + index];
    // The name alone does not tell which of two cranes a model of some of the classes has.
    return IMAGENET_LABELS.indexOf(label) === IMAGENET_LABELS.lastIndexOf(label) ? this.#byLabel(label) : [];
  }

  #byIndex(text: string): readonly number[] {
    const index = /^\d+$/.test(text) ? Number(text) : NaN;
    return index < this.#labels.length ? [index] : [];
  }

  /** Lists of ImageNet's labels differ in some names, so most must agree, not all. */
  #startOfImagenet(): number | null {
    const start = this.#labels.length - IMAGENET_LABELS.length;
    if (start !== 0 && start !== 1) return null;
    const agreeing = IMAGENET_LABELS.filter((label, index) =>
      [this.#plain, this.#synonyms].some((names) => names.get(plain(label))?.includes(start + index)),
    );
    return agreeing.length > IMAGENET_LABELS.length / 2 ? start : null;
  }
}

function indicesBy(labels: readonly string[], namesOf: (label: string) => readonly string[]): Indices {
  const indices = new Map<string, number[]>();
  labels.forEach((label, index) => {
    for (const name of new Set(namesOf(label))) {
      const known = indices.get(name);
      if (known) known.push(index);
      else indices.set(name, [index]);
    }
  });
  return indices;
}

/** Names of files and labels differ in case, in what stands for a space and, from macOS, in how accents are written. */
function plain(name: string): string {
  return name
    .normalize()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

/** `n02123045 tabby, tabby cat`: the id, both names together and each. */
function synonyms(label: string): readonly string[] {
  const [, id, names = label] = /^(n\d{8})(?:\s+(.*))?$/i.exec(label.trim()) ?? [];
  const words = names.split(',').map(plain);
  return id === undefined ? words : [plain(id), plain(names), ...words];
}
