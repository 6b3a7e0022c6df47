/** Numbers of tags (TIFF 6.0, DNG 1.6). */
const NEW_SUBFILE_TYPE = 254;
const BITS = 258;
const PHOTOMETRIC = 262;
const SAMPLES = 277;
const PLANES = 284;
const SAMPLE_FORMAT = 339;
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
  const isReduced = ((valueOf(tags, NEW_SUBFILE_TYPE) ?? 0) & 1) === 1;
  return tags !== null && (tags.has(DNG_VERSION) || (isReduced && tags.has(SUB_DIRECTORIES)));
}

/** Whether numbers are floats of 16 bits, which libvips takes for something else. */
export function hasHalfFloats(bytes: Buffer): boolean {
  const tags = tagsOf(bytes);
  return valueOf(tags, BITS) === 16 && valueOf(tags, SAMPLE_FORMAT) === 3;
}

/**
 * The file as libvips reads it rightly: it mixes up several bands that stand one after the other and call themselves grey, and
 * not those that call themselves colour.
 */
export function withBandsInOrder(bytes: Buffer): Buffer {
  const tags = tagsOf(bytes);
  const entry = tags?.get(PHOTOMETRIC);
  const isMixedUp = valueOf(tags, PLANES) === 2 && (valueOf(tags, SAMPLES) ?? 1) > 2;
  if (entry === undefined || !isMixedUp || entry.values[0] !== 1) return bytes;
  const copy = Buffer.from(bytes);
  if (bytes[0] === LITTLE) copy.writeUInt16LE(2, entry.at);
  else copy.writeUInt16BE(2, entry.at);
  return copy;
}

/** Whether the file ends before its first picture does. */
export function tiffEndsEarly(bytes: Buffer): boolean {
  const tags = tagsOf(bytes);
  if (tags === null) return true;
  return [STRIPS, TILES].some(({ offsets, counts }) =>
    tags.get(offsets)?.values.some((offset, i) => offset + (tags.get(counts)?.values[i] ?? 0) > bytes.length),
  );
}

/** The first byte of a file whose lowest bytes come first. */
const LITTLE = 0x49;

interface Entry {
  readonly values: readonly number[];
  /** Where they stand in the file. */
  readonly at: number;
}
type Tags = ReadonlyMap<number, Entry>;

function valueOf(tags: Tags | null, tag: number): number | undefined {
  return tags?.get(tag)?.values[0];
}

/** The whole numbers of the first directory, by tag; null where the file ends before. Those of a BigTIFF are not read. */
function tagsOf(bytes: Buffer): Tags | null {
  const isLittle = bytes[0] === LITTLE;
  const read = (at: number, size: number): number =>
    isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  const tags = new Map<number, Entry>();
  try {
    if (read(2, 2) !== 42) return tags;
    const start = read(4, 4);
    for (let entry = start + 2; entry < start + 2 + ENTRY_BYTES * read(start, 2); entry += ENTRY_BYTES) {
      const size = BYTES_BY_TYPE[read(entry + 2, 2)];
      if (size === undefined) continue;
      const count = read(entry + 4, 4);
      const at = count * size <= 4 ? entry + 8 : read(entry + 8, 4);
      if (at + count * size > bytes.length) return null;
      const values = Array.from({ length: count }, (_, i) => read(at + i * size, size));
      tags.set(read(entry, 2), { values, at });
    }
    return tags;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
