/** What the engine's process holds, in bytes. */
export interface Held {
  /** Resident memory now. */
  readonly resident: number;
  /** Resident memory before any model was opened. */
  readonly empty: number;
  /** All files together of the largest model that was opened. */
  readonly largest: number;
}

/** Opening a large model takes about this many times its files … */
const OPENING = 4;

/** … and any model not more than this beyond it. */
const BEYOND = 64 * 2 ** 20;

/** The process may grow beyond what its largest model takes to this many times of it. */
const GROWTH = 1.2;

/** Up to here small models may stay open beside each other. */
const ALWAYS = 512 * 2 ** 20;

/** Resident memory that the process may reach with a model of this size opened. */
export function memoryBound({ empty, largest }: Held, bytes: number): number {
  return Math.max(ALWAYS, GROWTH * (empty + OPENING * Math.max(largest, bytes)));
}

/** Whether a model of this size can be opened beside what is there. */
export function hasRoom(held: Held, bytes: number): boolean {
  return held.resident + BEYOND + OPENING * bytes <= memoryBound(held, bytes);
}
