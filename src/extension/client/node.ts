import { execFile } from 'node:child_process';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

/** The oldest Node that runs the engine. */
const OLDEST = 20;

/** Long enough for a program on a slow disk; a Node says its version at once. */
const PATIENCE_MS = 10_000;

/** The first Node in the folders of a `PATH` that can run the engine; null where there is none. */
export async function findNode(folders: string): Promise<string | null> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of folders.split(delimiter).filter(isAbsolute)) {
    const program = join(folder, name);
    if (await runsEngine(program)) return program;
  }
  return null;
}

/** Whether a program is a Node of a version that can run the engine. */
export async function runsEngine(program: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: PATIENCE_MS });
    return Number(/^v(\d+)\./.exec(stdout)?.[1]) >= OLDEST;
  } catch {
    return false;
  }
}
