import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

import type { DeviceChoice } from '../../protocol/device.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';

export interface ForkOptions {
  readonly maxMegapixels?: number;
  /** Threads of a run; null for as many as the process may use. */
  readonly threads?: number | null;
  readonly device?: DeviceChoice;
  /** The program to run the engine with; null for the editor's own. */
  readonly node?: string | null;
}

/**
 * Lets glibc give large blocks back to the system as soon as they are free: by default it keeps, after the first ones
 * were freed, ever larger ones, and with them the weights of models that were closed.
 */
const GIVES_BACK = { MALLOC_MMAP_THRESHOLD_: String(2 ** 20), MALLOC_TRIM_THRESHOLD_: String(2 ** 20) };

/**
 * Has glibc ask the kernel for large blocks in large pages, where the kernel gives them to whoever asks: with small ones
 * a third of a cold start goes into handing them out, one by one.
 */
const IN_LARGE_PAGES = 'glibc.malloc.hugetlb=1';

export function forkEngine(
  program: string,
  cacheFolder: string,
  { maxMegapixels = DEFAULT_MAX_MEGAPIXELS, threads = null, device = 'auto', node = null }: ForkOptions = {},
): ChildProcess {
  return fork(program, [cacheFolder, String(maxMegapixels), String(threads ?? 0), device], {
    // Typed arrays arrive as typed arrays.
    serialization: 'advanced',
    // The host's own flags (a debugger's port, say) are not the engine's.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execPath: node ?? process.execPath,
    // In a desktop VS Code `process.execPath` is Electron.
    env: {
      ...process.env,
      ...GIVES_BACK,
      GLIBC_TUNABLES: [process.env['GLIBC_TUNABLES'], IN_LARGE_PAGES].filter(Boolean).join(':'),
      ELECTRON_RUN_AS_NODE: node === null ? '1' : undefined,
    },
  });
}
