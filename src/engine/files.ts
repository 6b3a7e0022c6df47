import { isUtf8 } from 'node:buffer';
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
 * The text of a file in UTF-8, in UTF-16 or in what Windows takes for Korean and western languages; null where there is none.
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

/** The decoder leaves a byte order mark out. */
function decodeText(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes;
  // Without a mark, the zeros beside what is ASCII tell.
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  // Korean syllables are two bytes each; of western languages, letters with an accent are one.
  const beyondAscii = bytes.toString('latin1').match(/[\x80-\xff]+/g) ?? [];
  return beyondAscii.every((letters) => /^(?:[\xa1-\xfe]{2})+$/.test(letters)) ? 'euc-kr' : 'windows-1252';
}

/** Removes a file, or a folder with what is in it. Windows keeps what somebody has open: that stays. */
export function removeIfFree(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch {
    return;
  }
}
