import { describe, expect, test } from 'vitest';

import { usableThreads } from '../../../src/engine/runtime/threads.js';

/** What the kernel says of processors, each given by its package and core. */
function cpuinfo(processors: readonly (readonly [number, number])[], flags = 'fpu sse2 ht'): string {
  return processors
    .map(([physical, core], index) =>
      [
        `processor\t: ${index}`,
        `physical id\t: ${physical}`,
        `core id\t\t: ${core}`,
        `flags\t\t: ${flags}`,
      ].join('\n'),
    )
    .join('\n\n');
}

function count(parallel: number, files: Readonly<Record<string, string>>): number {
  return usableThreads(parallel, (file) => files[file] ?? null);
}

describe('threads', () => {
  test('as many as processors where the kernel says nothing', () => {
    expect(count(6, {})).toBe(6);
  });

  test('one a physical core where two processors share one', () => {
    const processors = [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 0],
    ] as const;
    expect(count(6, { '/proc/cpuinfo': cpuinfo(processors) })).toBe(3);
  });

  test('a virtual machine’s cores do not count: its processors do', () => {
    const processors = [
      [0, 0],
      [0, 0],
    ] as const;
    expect(count(2, { '/proc/cpuinfo': cpuinfo(processors, 'fpu hypervisor ht') })).toBe(2);
  });

  test('no more than the process may be put on', () => {
    const processors = [
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
    ] as const;
    expect(count(2, { '/proc/cpuinfo': cpuinfo(processors) })).toBe(2);
  });

  test.each([
    ['the container’s quota', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 2],
    ['less than one processor', { '/sys/fs/cgroup/cpu.max': '20000 100000\n' }, 1],
    ['no quota', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, 8],
    [
      'a group above',
      {
        '/proc/self/cgroup': '0::/pod/box\n',
        '/sys/fs/cgroup/pod/box/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/pod/cpu.max': '300000 100000\n',
      },
      3,
    ],
    [
      'the older control groups',
      {
        '/proc/self/cgroup': '5:cpu,cpuacct:/docker/1\n3:cpuset:/docker/1\n',
        '/sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us': '400000\n',
        '/sys/fs/cgroup/cpu/docker/1/cpu.cfs_period_us': '100000\n',
      },
      4,
    ],
    [
      'no quota of the older ones',
      {
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      8,
    ],
  ])('%s', (_, files, expected) => {
    expect(count(8, files)).toBe(expected);
  });
});
