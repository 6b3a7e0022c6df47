import type { NumberedCheckpoint } from './checkpointNumbers.js';

/**
 * Which checkpoints are passed over: of those that appeared while a run was watched, the ones that still wait when a
 * newer one of their run is there.
 */
export class Skipping {
  /** By id of the run: the numbers of all whole checkpoints seen. */
  readonly #seen = new Map<string, ReadonlySet<number>>();
  /** What appeared while it was watched. */
  readonly #arrived = new Set<number>();
  readonly #skipped = new Set<number>();

  has(id: number): boolean {
    return this.#skipped.has(id);
  }

  release(id: number): void {
    this.#skipped.delete(id);
    // Asked for, it does not wait behind newer ones again.
    this.#arrived.delete(id);
  }

  /** @returns whether anything was passed over */
  releaseAll(): boolean {
    const some = this.#skipped.size > 0;
    for (const id of this.#skipped) this.release(id);
    return some;
  }

  /** @param isBegun whether something is known of a checkpoint, or on its way */
  seen(checkpoints: readonly NumberedCheckpoint[], isBegun: (id: number) => boolean): void {
    const runs = new Map<string, number[]>();
    for (const { id, live, checkpoint } of checkpoints) {
      const whole = runs.get(live.id) ?? [];
      if (checkpoint.state === 'whole') whole.push(id);
      runs.set(live.id, whole);
    }
    for (const [run, whole] of runs) {
      const before = this.#seen.get(run);
      const newer = before === undefined ? [] : whole.filter((id) => !before.has(id));
      if (newer.length > 0)
        for (const id of this.#arrived) if (whole.includes(id) && !isBegun(id)) this.#skipped.add(id);
      for (const id of newer) this.#arrived.add(id);
      this.#seen.set(run, new Set(whole));
    }
  }
}
