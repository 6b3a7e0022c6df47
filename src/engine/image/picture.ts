import sharp from 'sharp';
import type { PictureRequest } from '../../protocol/engineApi.js';
import type { Picture, Rectangle } from '../../protocol/explanation.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { decodePicture } from './decode.js';
import { cropOf } from './fit.js';

/**
 * The picture for showing, at most `maxSide` pixels a side, with the part of it that the model sees.
 * @throws what `readPicture` throws
 */
export async function loadPicture(
  { path, preprocessing, maxSide }: PictureRequest,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): Promise<Picture> {
  const original = await decodePicture(path, maxMegapixels);
  const { data, info } = await sharp(original.rgb, {
    raw: { width: original.width, height: original.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const crop = cropOf(original.width, original.height, preprocessing);
  return {
    width: info.width,
    height: info.height,
    rgba: new Uint8ClampedArray(data),
    crop: wholePixels(crop, info.width / original.width, info.height / original.height),
    originalWidth: original.width,
    originalHeight: original.height,
  };
}

/** Scaled to the reduced picture, both edges rounded to its pixels; never empty. */
function wholePixels(crop: Rectangle, scaleX: number, scaleY: number): Rectangle {
  const [x, y] = [Math.round(crop.x * scaleX), Math.round(crop.y * scaleY)];
  const width = Math.max(1, Math.round((crop.x + crop.width) * scaleX) - x);
  const height = Math.max(1, Math.round((crop.y + crop.height) * scaleY) - y);
  return { x, y, width, height };
}
