// What the extension keeps of checkpoints, as it lies in its storage.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Workbench } from './workbench.js';

/** Every result with its file's number on the disk: one that is computed and written again gets another number. */
export function keptResults({ server }: Workbench): readonly string[] {
  const folder = path.join(server.folder, 'data/User/globalStorage/relevance-cam.relevance-cam/checkpoints');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.result'));
  return names.map((name) => `${name} ${statSync(path.join(folder, name)).ino}`).sort();
}
