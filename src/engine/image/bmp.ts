import { decode } from 'bmpimagejs';
import sharp, { type Sharp } from 'sharp';

/** Length of the oldest kind of header, whose sides are of two bytes. */
const CORE_HEADER = 12;
/** Up to the kind of compression. */
const HEADER_END = 34;

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** How many bytes the file must have; where the pixels are compressed, nothing tells before they are decoded. */
  readonly length: number;
  readonly isCompressed: boolean;
}

/** null where the file ends in its header. */
export function bmpHeader(bytes: Buffer): BmpHeader | null {
  if (bytes.length < HEADER_END) return null;
  const isCore = bytes.readUInt32LE(14) === CORE_HEADER;
  const width = isCore ? bytes.readUInt16LE(18) : Math.abs(bytes.readInt32LE(18));
  // Rows go from the top down where the height is negative.
  const height = isCore ? bytes.readUInt16LE(20) : Math.abs(bytes.readInt32LE(22));
  const bits = bytes.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? 0 : bytes.readUInt32LE(30);
  const isCompressed = compression === 1 || compression === 2;
  const row = Math.ceil((width * bits) / 8);
  // Rows begin at multiples of four bytes; some writers leave out what would follow the last.
  const pixels = isCompressed ? 0 : 4 * Math.ceil(row / 4) * (height - 1) + row;
  return { width, height, length: bytes.readUInt32LE(10) + pixels, isCompressed };
}

/** libvips as sharp ships it reads no BMP. @throws where not all pixels are there: the decoder first makes room for them */
export function openBmp(bytes: Buffer): Sharp {
  const header = bmpHeader(bytes);
  if (header === null || bytes.length < header.length) throw new Error('the file ends in its pixels');
  // The decoder counts rows from the file's end.
  const end = header.isCompressed ? bytes.length : header.length;
  const { width, height, pixels } = decode(new Uint8Array(bytes.subarray(0, end)).buffer);
  return sharp(pixels, { raw: { width, height, channels: 4 }, limitInputPixels: false });
}
