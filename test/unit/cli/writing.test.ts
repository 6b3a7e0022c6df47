import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/messages.js';
import { writeOutput } from '../../../src/cli/writing.js';
import { failureOf, temporaryFolder } from '../image/helpers.js';

const temporary = temporaryFolder();
const NEVER = new AbortController().signal;
const MiB = 2 ** 20;

/** A file with former content, alone in a folder. */
async function former(name: string): Promise<string> {
  await mkdir(temporary.path(name));
  const file = join(temporary.path(name), 'out.json');
  await writeFile(file, 'former');
  return file;
}

async function expectFormer(file: string): Promise<void> {
  expect(await readFile(file, 'utf8')).toBe('former');
  expect(await readdir(join(file, '..'))).toEqual(['out.json']);
}

describe('an output', () => {
  test('is there as it was or whole, at every moment', async () => {
    const file = await former('watched');
    const ended = new AbortController();
    const written = writeOutput(file, new Uint8Array(64 * MiB), NEVER).finally(() => {
      ended.abort();
    });
    const sizes = new Set<number>();
    while (!ended.signal.aborted) sizes.add((await stat(file)).size);
    await written;
    expect([...sizes].filter((size) => size !== 6 && size !== 64 * MiB)).toEqual([]);
    expect((await stat(file)).size).toBe(64 * MiB);
    expect(await readdir(join(file, '..'))).toEqual(['out.json']);
  });

  test('stays as it was when the work is cancelled', async () => {
    const file = await former('cancelled');
    const { code } = await failureOf(writeOutput(file, 'new', AbortSignal.abort()));
    expect(code).toBe('cancelled');
    await expectFormer(file);
  });

  test('makes the folders it lies in', async () => {
    const file = temporary.path('a/b/c.json');
    await writeOutput(file, 'new', NEVER);
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  test('cannot take the place of a folder, and leaves nothing behind', async () => {
    const file = await former('taken');
    const folder = join(file, '..');
    const error: unknown = await writeOutput(folder, 'new', NEVER).catch((reason: unknown) => reason);
    expect(error).toEqual(new CommandError(`Cannot write ${folder}: it is a folder.`));
    await expectFormer(file);
  });

  // Windows has neither, or lets only some users make them.
  describe.skipIf(process.platform === 'win32')('as a link, with rights, or as a pipe', () => {
    test('stays a link, and keeps its rights', async () => {
      const file = await former('private');
      await chmod(file, 0o600);
      const link = temporary.path('link.json');
      await symlink(file, link);
      await writeOutput(link, 'new', NEVER);
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect(await readFile(file, 'utf8')).toBe('new');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    });

    test('goes through a pipe', async () => {
      const pipe = temporary.path('pipe');
      execFileSync('mkfifo', [pipe]);
      const [read] = await Promise.all([readFile(pipe, 'utf8'), writeOutput(pipe, 'new', NEVER)]);
      expect(read).toBe('new');
      expect((await stat(pipe)).isFIFO()).toBe(true);
    });
  });
});
