import { bmpHeader } from './bmp.js';
import type { PictureFormat } from './pictureFormat.js';
import { tiffEndsEarly } from './tiff.js';

const JPEG_SCAN = '\xff\xda';
const JPEG_END = '\xff\xd9';
const GIF_END = 0x3b;

/** Whether a file that is not decoded ends before the picture does, as after a copy that was interrupted. */
export function endsEarly(format: PictureFormat, bytes: Buffer): boolean {
  switch (format) {
    case 'png':
      return !bytes.includes('IEND');
    case 'jpeg': {
      // A thumbnail in its header has an end of its own.
      const end = bytes.lastIndexOf(JPEG_END, undefined, 'latin1');
      return end < 0 || end < bytes.lastIndexOf(JPEG_SCAN, undefined, 'latin1');
    }
    case 'webp':
      return bytes.length < bytes.readUInt32LE(4) + 8;
    case 'bmp':
      return bytes.length < (bmpHeader(bytes)?.length ?? Infinity);
    case 'gif':
      return bytes.at(-1) !== GIF_END;
    case 'tiff':
      return tiffEndsEarly(bytes);
    case 'avif':
      return boxesEnd(bytes) > bytes.length;
  }
}

/** Where the last of the file's boxes (ISO 14496-12) says that it ends. */
function boxesEnd(bytes: Buffer): number {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    // 0: up to the end of the file, 1: longer than four bytes can tell
    if (size < 8) return bytes.length;
    at += size;
  }
  return at;
}
