import type { LiveRun } from './runs.js';

/** A checkpoint in one state of its files. */
export interface NumberedCheckpoint {
  readonly id: number;
  readonly live: LiveRun;
  readonly checkpoint: LiveRun['run']['checkpoints'][number];
}

/** Tells a state of a checkpoint, and of what its weights are put into, from any other. */
export function stateKeyOf({ live, checkpoint }: Pick<NumberedCheckpoint, 'live' | 'checkpoint'>): string {
  return JSON.stringify([live.id, live.chosen, checkpoint.path, checkpoint.identity]);
}

/** Numbers the states of checkpoints; a state keeps its number for as long as it is there. */
export class CheckpointNumbers {
  #numbers: ReadonlyMap<string, number> = new Map();
  #last = 0;

  /** Of every checkpoint of the runs, in their order. */
  of(runs: readonly LiveRun[]): readonly NumberedCheckpoint[] {
    const numbers = new Map<string, number>();
    const all = runs.flatMap((live) =>
      live.run.checkpoints.map((checkpoint): NumberedCheckpoint => {
        const key = stateKeyOf({ live, checkpoint });
        const id = this.#numbers.get(key) ?? ++this.#last;
        numbers.set(key, id);
        return { id, live, checkpoint };
      }),
    );
    this.#numbers = numbers;
    return all;
  }
}
