import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { FileSystem, ListedFile } from './world.js';

/** Runs lie a few folders deep; whatever is deeper or beyond this number belongs to something else. */
const MAX_DEPTH = 5;
const MAX_FILES = 20_000;

const SKIPPED = new Set(['node_modules', '__pycache__', 'wandb']);

/** A digest looks at so many pieces of a file, spread over it, of so many bytes. */
const PIECES = 16;
const PIECE_BYTES = 16_384;

export const DISK: FileSystem = {
  async list(folder) {
    const found: ListedFile[] = [];
    return (await collect(folder, '', 0, found)) ? found : null;
  },
  async digest(file) {
    try {
      return await digestOf(file);
    } catch {
      return null;
    }
  },
};

/** @returns false where the folder cannot be read */
async function collect(root: string, folder: string, depth: number, found: ListedFile[]): Promise<boolean> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch {
    return false;
  }
  for (const { name } of entries) {
    if (found.length >= MAX_FILES) break;
    if (name.startsWith('.') || SKIPPED.has(name)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    // Links count as what they lead to. What goes meanwhile is not there.
    const state = await stat(join(root, path)).catch(() => null);
    if (state?.isDirectory() === true && depth < MAX_DEPTH) await collect(root, path, depth + 1, found);
    if (state?.isFile() === true) {
      const { size, mtimeMs, dev, ino } = state;
      found.push({ path, size, mtimeMs, node: `${dev}:${ino}` });
    }
  }
  return true;
}

async function digestOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let i = 0; i < PIECES; i++) {
      const place = Math.floor((Math.max(0, size - PIECE_BYTES) * i) / (PIECES - 1));
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, place);
      hash.update(piece.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}
