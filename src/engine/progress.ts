import type { Call, Stage } from '../protocol/engineApi.js';
import { fail } from './failure.js';

/**
 * Tells the caller what comes next, unless the call was cancelled.
 * @throws cancelled
 */
export function report(call: Call, stage: Stage, fraction: number | null): void {
  if (call.signal.aborted) throw fail('cancelled', {});
  call.progress(stage, fraction);
}
