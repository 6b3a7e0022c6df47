import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const PREFIX = 'engine-';
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A folder for the files of one engine, inside `cacheFolder`. Folders that a killed engine left behind are removed once
 * they are a day old.
 */
export function makeScratchFolder(cacheFolder: string): string {
  mkdirSync(cacheFolder, { recursive: true });
  for (const name of readdirSync(cacheFolder)) {
    const folder = path.join(cacheFolder, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (name.startsWith(PREFIX) && age > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(path.join(cacheFolder, PREFIX));
}
