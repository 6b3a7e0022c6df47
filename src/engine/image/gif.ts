const HEADER_BYTES = 13;
const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;

/**
 * The file with the first picture's transparent pixels in the colour that its table has for them, as Pillow reads them;
 * libvips makes them black.
 */
export function withoutTransparency(bytes: Buffer): Buffer {
  const flags = bytes[10] ?? 0;
  let at = HEADER_BYTES + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  while (at + 3 < bytes.length && bytes[at] !== IMAGE) {
    if (bytes[at] !== EXTENSION) return bytes;
    if (bytes[at + 1] === GRAPHIC_CONTROL) {
      const copy = Buffer.from(bytes);
      copy[at + 3] = (bytes[at + 3] ?? 0) & ~1;
      return copy;
    }
    at = endOfBlocks(bytes, at + 2);
  }
  return bytes;
}

/** Blocks begin with their lengths, the last one has none. */
function endOfBlocks(bytes: Buffer, start: number): number {
  let at = start;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1;
  return at + 1;
}
