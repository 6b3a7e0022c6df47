import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** Tells this machine from others that share its storage. */
export const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);

/** When this process started, which tells it from an earlier one of the same number. */
export const STARTED = String(Math.round(performance.timeOrigin));

/** Whether a process of this machine is there: of others than this one the number alone is known. */
export function isAlive(pid: number, started: string | undefined): boolean {
  if (pid === process.pid) return started === STARTED;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
