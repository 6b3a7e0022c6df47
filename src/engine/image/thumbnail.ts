import type { Sharp } from 'sharp';
import sharp from 'sharp';
import type { ThumbnailRequest } from '../../protocol/engineApi.js';
import type { Thumbnail } from '../../protocol/explanation.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { pixelsOf, USUAL_READING } from './decode.js';
import { readPicture, type EncodedPicture } from './readPicture.js';

/**
 * A picture in small, upright, transparency on white, at most `side` pixels a side: where the format allows it, no more
 * of it is decoded than that takes.
 * @throws what `readPicture` throws
 */
export function loadThumbnail(
  { path, side }: ThumbnailRequest,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): Promise<Thumbnail> {
  return readPicture(path, maxMegapixels, async (picture) => {
    const isForScreen = picture.depth === 'uchar' && picture.format !== 'tiff';
    const opened = isForScreen
      ? picture.open(true).autoOrient().flatten({ background: 'white' }).toColourspace('srgb')
      : await decoded(picture);
    const { data, info } = await opened
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: new Uint8ClampedArray(data) };
  });
}

async function decoded(picture: EncodedPicture): Promise<Sharp> {
  const { rgb, width, height } = await pixelsOf(picture, USUAL_READING);
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
