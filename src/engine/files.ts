import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { codeOf, NO_FILE, reasonOf } from '../protocol/reasons.js';
import { fail } from './failure.js';
import { substituteOf } from './substitute.js';

/** What tells one state of a file from another, and its size in bytes; 0 where there is none. */
export function stateOf(file: string): { readonly mtimeMs: number; readonly size: number } {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  return { mtimeMs, size };
}

/** The bytes of a file. @throws cannotRead */
export async function readBytes(file: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
}

/** The first bytes of a file, at most `count`. @throws cannotRead */
export async function readStart(file: string, count: number): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
}

/** A single read is limited to 2 GiB. */
const READ_BYTES = 2 ** 30;

/** Bytes from the middle of a file; fewer where it ends before. @throws cannotRead */
export function readRange(file: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const read = readSync(descriptor, bytes, done, Math.min(length - done, READ_BYTES), offset + done);
        if (read === 0) return bytes.subarray(0, done);
        done += read;
      }
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
}

/**
 * The text of a file, UTF-8 unless a byte order mark says UTF-16; null where there is none.
 * @throws cannotRead; lfsPointer, webPage
 */
export async function readTextIfPresent(file: string): Promise<string | null> {
  const bytes = await bytesIfPresent(file);
  const substitute = bytes && substituteOf(bytes);
  if (substitute !== null) throw fail(substitute, { file });
  return bytes && decodeText(bytes);
}

async function bytesIfPresent(file: string): Promise<Buffer | null> {
  try {
    // Dozens of files are looked for with every request, and few are there: an error for each takes longer than looking.
    return statSync(file, { throwIfNoEntry: false }) === undefined ? null : await readFile(file);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw fail('cannotRead', { file, reason: reasonOf(cause) }, cause);
  }
}

/** The same of a file that must be there. @throws cannotRead; lfsPointer, webPage */
export async function readText(file: string): Promise<string> {
  const text = await readTextIfPresent(file);
  if (text === null) throw fail('cannotRead', { file, reason: NO_FILE });
  return text;
}

/** The decoder leaves the mark itself out. */
function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Removes a file, or a folder with what is in it. Windows keeps what somebody has open: that stays. */
export function removeIfFree(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch {
    return;
  }
}
