import type { Explainer, Purpose } from './explainer.js';

/** Explainers that a model keeps, besides the usual one. */
const KEPT = 2;

interface Entry {
  readonly purpose: Purpose;
  readonly explainer: Explainer;
}

/** The explainers of one model, made when they are asked for, the least recently used closed first. */
export class ExplainerCache {
  readonly #usual: Purpose;
  #lasting: Entry | null = null;
  #others: readonly Entry[] = [];

  /** @param usual what serves most requests; its explainer stays */
  constructor(usual: Purpose) {
    this.#usual = usual;
  }

  /** Whether `get` has one at hand. */
  has(purpose: Purpose): boolean {
    return this.#find(purpose) !== undefined;
  }

  /** An explainer that serves this purpose and no further method, made where there is none. */
  async get(purpose: Purpose, make: (purpose: Purpose) => Promise<Explainer>): Promise<Explainer> {
    const known = this.#find(purpose);
    if (known === undefined && serves(this.#usual, purpose)) {
      this.#lasting = { purpose: this.#usual, explainer: await make(this.#usual) };
      return this.#lasting.explainer;
    }
    if (known !== undefined && known === this.#lasting) return known.explainer;
    this.#others = this.#others.filter((entry) => entry !== known);
    if (known === undefined) await this.#makeRoom(KEPT - 1);
    const entry = known ?? { purpose, explainer: await make(purpose) };
    this.#others = [...this.#others, entry];
    return entry.explainer;
  }

  async dispose(): Promise<void> {
    await this.#makeRoom(0);
    await this.#lasting?.explainer.dispose();
  }

  #find(purpose: Purpose): Entry | undefined {
    const all = this.#lasting === null ? this.#others : [this.#lasting, ...this.#others];
    return all.find((entry) => serves(entry.purpose, purpose));
  }

  async #makeRoom(kept: number): Promise<void> {
    const closed = this.#others.slice(0, Math.max(0, this.#others.length - kept));
    this.#others = this.#others.slice(closed.length);
    for (const { explainer } of closed) await explainer.dispose();
  }
}

function serves(has: Purpose, wanted: Purpose): boolean {
  if (wanted.severalClasses === true && has.severalClasses !== true) return false;
  const sameMethods = has.methods.join() === wanted.methods.join();
  const samePeaks = (wanted.peaks ?? false) === (has.peaks ?? false);
  if (wanted.exactly === true)
    return sameMethods && samePeaks && has.layers?.join() === wanted.layers?.join();
  const layers = new Set(has.layers);
  return (
    sameMethods && (has.layers === null || (wanted.layers?.every((layer) => layers.has(layer)) ?? false))
  );
}
