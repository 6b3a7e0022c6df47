/** So many pictures back the rate is taken over: long enough to be calm, short enough to follow. */
const SPAN = 30;

/** How fast a run is. */
export class Pace {
  /** When the last pictures were done, in milliseconds. */
  readonly #times: number[];

  /** @param now when the run begins, in milliseconds of any clock */
  constructor(now: number) {
    this.#times = [now];
  }

  /** One more picture is done. */
  add(now: number): void {
    this.#times.push(now);
    if (this.#times.length > SPAN + 1) this.#times.shift();
  }

  /** Pictures a second; null before the first. */
  get rate(): number | null {
    const [first, last] = [this.#times[0] ?? 0, this.#times.at(-1) ?? 0];
    return last > first ? (1000 * (this.#times.length - 1)) / (last - first) : null;
  }

  /** How long so many pictures take; null where it is not known yet. */
  secondsLeft(pictures: number): number | null {
    return this.rate === null ? null : pictures / this.rate;
  }
}
