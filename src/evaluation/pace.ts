/** So many pictures back the rate is taken over: long enough to be calm, short enough to follow. */
const SPAN = 30;

/** How fast a run is while it works: the time that it is paused does not count. */
export class Pace {
  /** How long the last pictures took, in milliseconds. */
  readonly #durations: number[] = [];

  /** One more picture is done. */
  add(milliseconds: number): void {
    this.#durations.push(milliseconds);
    if (this.#durations.length > SPAN) this.#durations.shift();
  }

  /** Pictures a second; null before the first. */
  get rate(): number | null {
    const total = this.#durations.reduce((sum, duration) => sum + duration, 0);
    return total > 0 ? (1000 * this.#durations.length) / total : null;
  }

  /** How long so many pictures take; null where it is not known yet. */
  secondsLeft(pictures: number): number | null {
    return this.rate === null ? null : pictures / this.rate;
  }
}
