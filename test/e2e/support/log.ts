// What the extension has logged, read from the files in which VS Code keeps it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Workbench } from './workbench.js';

/** How often the engines of a workbench have explained a picture, in all of its windows. */
export function explanations({ server }: Workbench): number {
  const logs = path.join(server.folder, 'data/logs');
  const names = readdirSync(logs, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => path.basename(name) === 'Relevance-CAM.log');
  const lines = files.flatMap((name) => readFileSync(path.join(logs, name), 'utf8').split('\n'));
  return lines.filter((line) => line.includes('[info] explained ')).length;
}
