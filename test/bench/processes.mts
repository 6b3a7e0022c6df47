import { readFileSync } from 'node:fs';

type Pid = number | undefined;

/** The most memory that a process has held, in bytes. */
export function peakOf(pid: Pid): number {
  return statusOf(pid, 'VmHWM');
}

/** What it holds now. */
export function residentOf(pid: Pid): number {
  return statusOf(pid, 'VmRSS');
}

function statusOf(pid: Pid, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Number(kilobytes) * 1024;
}

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10;

/** What its threads have computed, for the program and in the system, in ms. */
export function processorTimeOf(pid: Pid): number {
  // The name of the program, in brackets, may hold spaces.
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [program, system] = fields.split(' ').slice(11, 13).map(Number);
  return TICK_MS * ((program ?? NaN) + (system ?? NaN));
}
