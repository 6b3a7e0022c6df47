// The extension's background processes, found in /proc.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject } from 'vitest';
import type { Workbench } from './workbench.js';

/** Process ids of the engines that run for a workbench. */
export function engines({ server }: Workbench): number[] {
  const program = path.join(inject('bed').extension, 'dist/engine.js');
  return processes().filter(
    (pid) => read(pid, 'cmdline').split('\0').includes(program) && descends(pid, server.pid),
  );
}

/** The engine of its window, once those of earlier windows have ended. */
export async function onlyEngine(workbench: Workbench): Promise<number> {
  await expect.poll(() => engines(workbench)).toHaveLength(1);
  return engines(workbench)[0] ?? 0;
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function descends(pid: number, ancestor: number): boolean {
  if (pid === ancestor) return true;
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? 0);
  return parent > 1 && descends(parent, ancestor);
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // Ended meanwhile.
    return '';
  }
}
