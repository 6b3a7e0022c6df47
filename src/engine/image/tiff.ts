/** Numbers of tags (TIFF 6.0, DNG 1.6). */
const NEW_SUBFILE_TYPE = 254;
const STRIPS = { offsets: 273, counts: 279 };
const TILES = { offsets: 324, counts: 325 };
const SUB_DIRECTORIES = 330;
const DNG_VERSION = 50706;

const ENTRY_BYTES = 12;
const BYTES_BY_TYPE: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 };

/**
 * Whether a TIFF is what a camera's sensor saw: Canon's, which say so, Adobe's DNG, and those of Nikon, Sony and others,
 * whose first picture is a thumbnail and whose own are in directories below it.
 */
export function isCameraRaw(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 8, 10) === 'CR') return true;
  const tags = tagsOf(bytes);
  const isReduced = ((tags?.get(NEW_SUBFILE_TYPE)?.[0] ?? 0) & 1) === 1;
  return tags !== null && (tags.has(DNG_VERSION) || (isReduced && tags.has(SUB_DIRECTORIES)));
}

/** Whether the file ends before its first picture does. */
export function tiffEndsEarly(bytes: Buffer): boolean {
  const tags = tagsOf(bytes);
  if (tags === null) return true;
  return [STRIPS, TILES].some(({ offsets, counts }) =>
    tags.get(offsets)?.some((offset, i) => offset + (tags.get(counts)?.[i] ?? 0) > bytes.length),
  );
}

/** The whole numbers of the first directory, by tag; null where the file ends before. Those of a BigTIFF are not read. */
function tagsOf(bytes: Buffer): ReadonlyMap<number, readonly number[]> | null {
  const isLittle = bytes[0] === 0x49;
  const read = (at: number, size: number): number =>
    isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  const tags = new Map<number, readonly number[]>();
  try {
    if (read(2, 2) !== 42) return tags;
    const start = read(4, 4);
    for (let entry = start + 2; entry < start + 2 + ENTRY_BYTES * read(start, 2); entry += ENTRY_BYTES) {
      const size = BYTES_BY_TYPE[read(entry + 2, 2)];
      if (size === undefined) continue;
      const count = read(entry + 4, 4);
      const at = count * size <= 4 ? entry + 8 : read(entry + 8, 4);
      if (at + count * size > bytes.length) return null;
      tags.set(
        read(entry, 2),
        Array.from({ length: count }, (_, i) => read(at + i * size, size)),
      );
    }
    return tags;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
