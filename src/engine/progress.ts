import type { Call, Stage } from '../protocol/engineApi.js';
import { fail } from './failure.js';

/** A call that has its turn (lanes.ts). */
export interface Turn extends Call {
  /** Lets other calls go first. What is used after it must not have been closed by them. */
  readonly giveWay: () => Promise<void>;
}

/**
 * Tells the caller what comes next, unless the call was cancelled.
 * @throws cancelled
 */
export function report(call: Call, stage: Stage, fraction: number | null): void {
  if (call.signal.aborted) throw fail('cancelled', {});
  call.progress(stage, fraction);
}
