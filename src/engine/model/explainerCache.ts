import type { PassMethodId } from '../methods/table.js';
import type { Explainer } from './explainer.js';

/** Sets of methods that a model stays compiled for, besides the one it was opened with. */
const KEPT = 2;

/** The explainers of one model by their methods, the least recently used closed first. */
export class ExplainerCache {
  readonly #usual: { readonly key: string; readonly explainer: Explainer };
  readonly #others = new Map<string, Explainer>();

  constructor(usual: readonly PassMethodId[], explainer: Explainer) {
    this.#usual = { key: keyOf(usual), explainer };
  }

  /** The explainer for exactly these methods, in their order, made where there is none. */
  async get(methods: readonly PassMethodId[], make: () => Promise<Explainer>): Promise<Explainer> {
    const key = keyOf(methods);
    if (key === this.#usual.key) return this.#usual.explainer;
    const known = this.#others.get(key);
    this.#others.delete(key);
    if (known === undefined) await this.#makeRoom(KEPT - 1);
    const explainer = known ?? (await make());
    this.#others.set(key, explainer);
    return explainer;
  }

  async dispose(): Promise<void> {
    await this.#makeRoom(0);
    await this.#usual.explainer.dispose();
  }

  async #makeRoom(kept: number): Promise<void> {
    for (const [key, explainer] of this.#others) {
      if (this.#others.size <= kept) return;
      this.#others.delete(key);
      await explainer.dispose();
    }
  }
}

function keyOf(methods: readonly PassMethodId[]): string {
  return methods.join();
}
