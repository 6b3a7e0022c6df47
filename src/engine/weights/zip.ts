import { openPromise, type Entry } from 'yauzl';

import { fail } from '../failure.js';
import { readRange } from '../files.js';

/** A member of an archive. */
export interface Member {
  readonly name: string;
  readonly size: number;
  /** Where its bytes begin in the archive. @throws damagedWeights; foreignWeights for a compressed member */
  readonly start: () => number;
}

const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED = 0x1;

/**
 * The members of a zip archive as PyTorch writes it, which compresses none with weights; larger ones than 4 GiB included.
 * @param size of the archive
 * @throws damagedWeights
 */
export async function membersOf(file: string, size: number): Promise<ReadonlyMap<string, Member>> {
  const members = new Map<string, Member>();
  for (const entry of await entriesOf(file)) {
    const { fileName: name, uncompressedSize } = entry;
    const start = (): number => startOf(file, entry, size);
    if (!name.endsWith('/')) members.set(name, { name, size: uncompressedSize, start });
  }
  return members;
}

/** All bytes of a member. @throws damagedWeights, foreignWeights, cannotRead */
export function bytesOf(file: string, { name, size, start }: Member): Uint8Array {
  const bytes = readRange(file, start(), size);
  if (bytes.length < size) throw fail('damagedWeights', { file, part: name });
  return bytes;
}

async function entriesOf(file: string): Promise<readonly Entry[]> {
  try {
    const archive = await openPromise(file, { lazyEntries: true, autoClose: false });
    try {
      const entries: Entry[] = [];
      for await (const entry of archive.eachEntry()) entries.push(entry);
      return entries;
    } finally {
      archive.close();
    }
  } catch (cause) {
    throw fail('damagedWeights', { file, part: 'zip' }, cause);
  }
}

/** A member's name and further fields stand once more in front of its bytes, there as long as they like. */
function startOf(
  file: string,
  {
    fileName,
    relativeOffsetOfLocalHeader,
    uncompressedSize,
    compressionMethod,
    generalPurposeBitFlag,
  }: Entry,
  size: number,
): number {
  if (compressionMethod !== 0 || (generalPurposeBitFlag & ENCRYPTED) !== 0)
    throw fail('foreignWeights', { file, format: 'compressed zip' });
  const header = Buffer.from(readRange(file, relativeOffsetOfLocalHeader, LOCAL_HEADER_BYTES));
  const isHeader = header.length === LOCAL_HEADER_BYTES && header.readUInt32LE() === 0x04034b50;
  const start = isHeader
    ? relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
    : Infinity;
  if (start + uncompressedSize > size) throw fail('damagedWeights', { file, part: fileName });
  return start;
}
