import { decode as decodeBmp } from 'bmpimagejs';
import sharp, { type Sharp } from 'sharp';
import { fail } from '../failure.js';
import { readBytes, reasonOf } from '../files.js';

/** A picture as it is looked at: upright, sRGB, transparency on white. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** height × width × (R, G, B) */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/**
 * Reads png, jpg, webp, bmp, tiff, avif and the first frame of a gif.
 * @throws cannotRead, notPicture
 */
export async function decodePicture(file: string): Promise<DecodedPicture> {
  const bytes = await readBytes(file);
  try {
    return await toRgb(
      bytes.toString('latin1', 0, 2) === 'BM' ? openBmp(bytes) : sharp(bytes, { failOn: 'error' }),
    );
  } catch (cause) {
    throw fail('notPicture', { file, reason: decodingReason(cause) }, cause);
  }
}

async function toRgb(picture: Sharp): Promise<DecodedPicture> {
  const { data, info } = await picture
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}

/** libvips as sharp ships it reads no BMP. */
function openBmp(bytes: Buffer<ArrayBuffer>): Sharp {
  const { width, height, pixels } = decodeBmp(new Uint8Array(bytes).buffer);
  return sharp(pixels, { raw: { width, height, channels: 4 } });
}

/** What libvips says, without the names of its parts. */
function decodingReason(cause: unknown): string {
  const reason = reasonOf(cause).replace(/^(Vips\w+|\w+load\w*): /, '');
  return reason.includes('unsupported image format') ? 'its format is not known' : reason;
}
