/** What is kept may say so many things together; about 150 bytes each. */
const MAX_SIZE = 2_000_000;

interface Kept<T> {
  readonly state: string;
  readonly value: T;
}

/** What was read of files or folders, once for each of their states; what was used longest ago is forgotten first. */
export class StateCache<T extends { readonly size: number }> {
  readonly #kept = new Map<string, Kept<T>>();

  /**
   * @param state null where it may change without another state
   * @throws what `read` throws, which is asked again the next time
   */
  async get(path: string, state: string | null, read: (path: string) => Promise<T>): Promise<T> {
    const known = this.#kept.get(path);
    const value = known?.state === state ? known.value : await read(path);
    this.#kept.delete(path);
    if (state !== null) this.#kept.set(path, { state, value });
    this.#forget();
    return value;
  }

  #forget(): void {
    let total = [...this.#kept.values()].reduce((sum, { value }) => sum + value.size, 0);
    for (const [path, { value }] of this.#kept) {
      if (total <= MAX_SIZE || this.#kept.size === 1) return;
      this.#kept.delete(path);
      total -= value.size;
    }
  }
}
