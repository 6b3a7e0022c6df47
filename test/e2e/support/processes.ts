// The extension's background processes, found in /proc.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject } from 'vitest';

/** Process ids of the engines that run. */
export function engines(): number[] {
  const program = path.join(inject('bed').extension, 'dist/engine.js');
  return processes().filter((pid) => read(pid, 'cmdline').split('\0').includes(program) && belongs(pid));
}

/** The engine of this window, once those of earlier windows have ended. */
export async function onlyEngine(): Promise<number> {
  await expect.poll(() => engines()).toHaveLength(1);
  return engines()[0] ?? 0;
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether the process descends from the server of this run. */
function belongs(pid: number): boolean {
  if (pid === inject('bed').serverPid) return true;
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? 0);
  return parent > 1 && belongs(parent);
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // Ended meanwhile.
    return '';
  }
}
