import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

let chosen: number | null = null;
let usable: number | null = null;

/** How many threads a session of this process may use from now on; null for as many as the process may use. */
export function useThreads(count: number | null): void {
  chosen = count;
}

/** How many threads a run of a session uses, the calling one included. */
export function threads(): number {
  usable ??= usableThreads(availableParallelism(), readOrNull);
  return chosen ?? usable;
}

/**
 * As many threads as a process gains from. ONNX Runtime counts physical cores by itself, and finds one on many virtual
 * machines and in containers.
 * @param parallel processors that the process may be put on
 * @param read the text of a file of the kernel; null where there is none
 */
export function usableThreads(parallel: number, read: (file: string) => string | null): number {
  const cores = physicalCores(read('/proc/cpuinfo') ?? '') ?? parallel;
  return Math.max(1, Math.min(parallel, cores, Math.ceil(cpuQuota(read))));
}

/** null where nobody knows: a hypervisor shows what it likes. */
function physicalCores(cpuinfo: string): number | null {
  if (/^flags\s*:.*\bhypervisor\b/m.test(cpuinfo)) return null;
  const cores = cpuinfo.split('\n\n').flatMap((processor) => {
    const core = /^core id\s*: (\d+)$/m.exec(processor)?.[1];
    return core === undefined ? [] : [`${/^physical id\s*: (\d+)$/m.exec(processor)?.[1] ?? ''}/${core}`];
  });
  return cores.length > 0 ? new Set(cores).size : null;
}

/** Processors that the container may use at a time, in fractions; the least of its control group and those above. */
function cpuQuota(read: (file: string) => string | null): number {
  const groups = read('/proc/self/cgroup') ?? '';
  const inUnified = /^0::\/(.*)$/m.exec(groups)?.[1] ?? '';
  const inCpu = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:\/(.*)$/m.exec(groups)?.[1] ?? '';
  const unified = withAbove(inUnified).map((group) => read(`/sys/fs/cgroup${group}/cpu.max`)?.split(' '));
  const older = withAbove(inCpu).map((group) =>
    ['quota', 'period'].map((of) => read(`/sys/fs/cgroup/cpu${group}/cpu.cfs_${of}_us`) ?? ''),
  );
  // "max", −1 and what is not there set no limit.
  const limits = [...unified, ...older].flatMap(([quota, period] = []) => {
    const limit = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
    return limit > 0 ? [limit] : [];
  });
  return Math.min(Infinity, ...limits);
}

/** A group's path and those above it, up to the root: `a/b` → `/a/b`, `/a`, ``. */
function withAbove(group: string): readonly string[] {
  const names = group.split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, up) =>
    names
      .slice(0, names.length - up)
      .map((name) => `/${name}`)
      .join(''),
  );
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
