import sharp, { type Sharp } from 'sharp';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { fail } from '../failure.js';
import { readBytes, readStart } from '../files.js';
import { bmpHeader, openBmp } from './bmp.js';
import { endsEarly } from './endsEarly.js';
import { CAMERA_RAW, contentOf, FORMAT_NAMES, HEAD_BYTES, type PictureFormat } from './pictureFormat.js';
import { isCameraRaw } from './tiff.js';

/** A picture as it is looked at: upright, sRGB, transparency on white. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** height × width × (R, G, B) */
  readonly rgb: Uint8Array;
}

/**
 * Reads png, jpg, webp, bmp, tiff, avif and the first frame of a gif, told by their content.
 * @param maxMegapixels pictures of more are refused before their pixels are decoded
 * @throws what `readPicture` throws
 */
export function decodePicture(file: string, maxMegapixels = DEFAULT_MAX_MEGAPIXELS): Promise<DecodedPicture> {
  return readPicture(file, maxMegapixels, async (picture) => {
    const { data, info } = await picture
      .autoOrient()
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 3) throw new Error(`decoded to ${channels} channels`);
    return { width, height, rgb: data };
  });
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
  read: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const format = promisedFormat(file, await readStart(file, HEAD_BYTES));
  const bytes = await readBytes(file);
  if (format === 'tiff' && isCameraRaw(bytes)) throw fail('foreignPicture', { file, format: CAMERA_RAW });
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
    return await read(format === 'bmp' ? openBmp(bytes) : openWithSharp(bytes));
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

interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** How many bands there are, where they are neither grey nor red, green and blue, each with transparency or without. */
  readonly unusualBands: number | null;
}

async function headerOf(format: PictureFormat, bytes: Buffer): Promise<PictureHeader> {
  if (format === 'bmp') {
    const header = bmpHeader(bytes);
    if (header === null) throw new Error('the file ends in its header');
    return { ...header, unusualBands: null };
  }
  const { width, height, channels, space, format: found } = await openWithSharp(bytes).metadata();
  // libvips looks for an SVG behind any beginning, and would draw it.
  if (found !== (format === 'avif' ? 'heif' : format)) throw new Error(`libvips takes it for ${found}`);
  const usual = space === 'b-w' || space === 'grey16' ? 2 : 4;
  const isUsual = space !== 'multiband' && channels <= usual;
  return { width, height, unusualBands: isUsual ? null : channels };
}

function openWithSharp(bytes: Buffer): Sharp {
  return sharp(bytes, { failOn: 'error', limitInputPixels: false, limitInputChannels: false });
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
