import type { Metadata, Sharp } from 'sharp';
import sharp from 'sharp';
import { fail } from '../failure.js';
import { readBytes, readStart } from '../files.js';
import { bmpHeader, openBmp } from './bmp.js';
import { endsEarly } from './endsEarly.js';
import { withoutTransparency } from './gif.js';
import { CAMERA_RAW, contentOf, FORMAT_NAMES, HEAD_BYTES, type PictureFormat } from './pictureFormat.js';
import { hasHalfFloats, isCameraRaw, withBandsInOrder } from './tiff.js';

/** A picture whose header has been read. */
export interface EncodedPicture extends Pick<Metadata, 'space' | 'depth' | 'channels' | 'hasProfile'> {
  readonly format: PictureFormat;
  /** For one decoding; for a screen, with its colour profile applied and its transparency. */
  open(forScreen: boolean): Sharp;
}

/**
 * Has the pixels of a picture read.
 * @param read decodes; what it throws is the picture's fault
 * @throws cannotRead, notPicture, foreignPicture, emptyFile, lfsPointer, webPage, tooManyPixels, truncatedPicture,
 * unusualBands, damagedPicture
 */
export async function readPicture<T>(
  file: string,
  maxMegapixels: number,
  read: (picture: EncodedPicture) => Promise<T>,
): Promise<T> {
  const format = promisedFormat(file, await readStart(file, HEAD_BYTES));
  const stored = await readBytes(file);
  if (format === 'tiff' && isCameraRaw(stored)) throw fail('foreignPicture', { file, format: CAMERA_RAW });
  if (format === 'tiff' && hasHalfFloats(stored))
    throw fail('damagedPicture', { file, format: FORMAT_NAMES[format] });
  const bytes = format === 'tiff' ? withBandsInOrder(stored) : stored;
  const header = await headerOf(format, bytes).catch((cause: unknown) => {
    throw undecodable(file, format, bytes, null, cause);
  });
  const { width, height, unusualBands } = header;
  const megapixels = (width * height) / 1e6;
  if (megapixels > maxMegapixels) {
    const size = `${width} × ${height}`;
    throw fail('tooManyPixels', { file, size, megapixels: Math.ceil(megapixels), limit: maxMegapixels });
  }
  try {
    const asStored = format === 'gif' ? withoutTransparency(bytes) : bytes;
    const open = (forScreen: boolean): Sharp =>
      format === 'bmp' ? openBmp(stored) : openWithSharp(forScreen ? bytes : asStored, !forScreen);
    return await read({ ...header, format, open });
  } catch (cause) {
    throw undecodable(file, format, bytes, unusualBands, cause);
  }
}

function promisedFormat(file: string, head: Buffer): PictureFormat {
  const content = contentOf(head);
  switch (content.kind) {
    case 'picture':
      return content.format;
    case 'foreign':
      throw fail('foreignPicture', { file, format: content.name });
    case 'empty':
      throw fail('emptyFile', { file });
    case 'lfsPointer':
      throw fail('lfsPointer', { file });
    case 'webPage':
      throw fail('webPage', { file });
    case 'unknown':
      throw fail('notPicture', { file });
  }
}

interface PictureHeader extends Pick<Metadata, 'space' | 'depth' | 'channels' | 'hasProfile'> {
  readonly width: number;
  readonly height: number;
  /** How many bands there are, where they are neither grey nor red, green and blue, each with transparency or without. */
  readonly unusualBands: number | null;
}

async function headerOf(format: PictureFormat, bytes: Buffer): Promise<PictureHeader> {
  if (format === 'bmp') {
    const header = bmpHeader(bytes);
    if (header === null) throw new Error('the file ends in its header');
    return { ...header, space: 'srgb', depth: 'uchar', channels: 4, hasProfile: false, unusualBands: null };
  }
  const { width, height, channels, space, depth, hasProfile, ...rest } =
    await openWithSharp(bytes).metadata();
  const { format: found } = rest;
  // libvips looks for an SVG behind any beginning, and would draw it.
  if (found !== (format === 'avif' ? 'heif' : format)) throw new Error(`libvips takes it for ${found}`);
  const usual = space === 'b-w' || space === 'grey16' ? 2 : 4;
  const isUsual = space !== 'multiband' && channels <= usual;
  return { width, height, channels, space, depth, hasProfile, unusualBands: isUsual ? null : channels };
}

function openWithSharp(bytes: Buffer, ignoreIcc = false): Sharp {
  return sharp(bytes, { ignoreIcc, failOn: 'error', limitInputPixels: false, limitInputChannels: false });
}

/** Why a picture of a format that is decoded is not, by its content; the decoder's own words are for the log. */
function undecodable(
  file: string,
  format: PictureFormat,
  bytes: Buffer,
  unusualBands: number | null,
  cause: unknown,
): Error {
  if (endsEarly(format, bytes)) return fail('truncatedPicture', { file }, cause);
  if (unusualBands !== null) return fail('unusualBands', { file, bands: unusualBands }, cause);
  return fail('damagedPicture', { file, format: FORMAT_NAMES[format] }, cause);
}
