import sharp from 'sharp';
import type { PictureRequest } from '../../protocol/engineApi.js';
import type { Picture, Rectangle } from '../../protocol/explanation.js';
import type { Preprocessing } from '../../protocol/model.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { pixelsOf, type DecodedPicture, type PixelReading } from './decode.js';
import { cropOf } from './fit.js';
import { seenPixels } from './preprocess.js';
import { readPicture, type EncodedPicture } from './readPicture.js';

/**
 * The picture for showing, at most `maxSide` pixels a side, with the part of it that the model sees; what is
 * added to it is shown too.
 * @throws what `readPicture` throws
 */
export async function loadPicture(
  { path, preprocessing, maxSide }: PictureRequest,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): Promise<Picture> {
  const { view, fed } = await readPicture(path, maxMegapixels, async (picture) => {
    const shown = await viewOf(picture, preprocessing);
    return { view: shown, fed: looksAsStored(picture) ? shown : await pixelsOf(picture, preprocessing) };
  });
  const { width, height, rgb } = view;
  const crop = cropOf(width, height, preprocessing);
  const [left, top] = [Math.max(0, -crop.x), Math.max(0, -crop.y)];
  const right = Math.max(0, crop.x + crop.width - width);
  const bottom = Math.max(0, crop.y + crop.height - height);
  const scale = Math.min(1, maxSide / Math.max(left + width + right, top + height + bottom));
  const scaled = (length: number): number => Math.round(length * scale);
  const [r, g, b] = preprocessing.padColor;
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: Math.max(1, scaled(width)), height: Math.max(1, scaled(height)), fit: 'fill' })
    .extend({
      left: scaled(left),
      top: scaled(top),
      right: scaled(right),
      bottom: scaled(bottom),
      background: { r, g, b },
    })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shown = { ...crop, x: crop.x + left, y: crop.y + top };
  const [shownWidth, shownHeight] = [left + width + right, top + height + bottom];
  return {
    width: info.width,
    height: info.height,
    rgba: new Uint8ClampedArray(data),
    crop: wholePixels(shown, info.width / shownWidth, info.height / shownHeight),
    seen: seenOf(fed, view, preprocessing),
    originalWidth: width,
    originalHeight: height,
  };
}

/** null where it differs from what is shown in its size alone. */
function seenOf(fed: DecodedPicture, view: DecodedPicture, preprocessing: Preprocessing): Picture['seen'] {
  const { fit, channelOrder, inputWidth: width, inputHeight: height } = preprocessing;
  const isSame = fed === view || Buffer.compare(fed.rgb, view.rgb) === 0;
  if (isSame && fit === 'crop' && channelOrder !== 'grey') return null;
  return { width, height, rgba: seenPixels(fed, preprocessing) };
}

/** Whether a picture is shown with the very numbers that the model gets. */
function looksAsStored({ depth, format, hasProfile, channels, space }: EncodedPicture): boolean {
  const isPlain =
    !hasProfile && ((space === 'srgb' && channels === 3) || (space === 'b-w' && channels === 1));
  return depth !== 'uchar' || format === 'tiff' || isPlain;
}

/**
 * As people expect it: sRGB, transparency on white. Where the file's numbers are no colours for a screen by themselves,
 * as the model gets it.
 */
async function viewOf(picture: EncodedPicture, reading: PixelReading): Promise<DecodedPicture> {
  // The fourth band of a TIFF may be anything.
  if (picture.depth !== 'uchar' || picture.format === 'tiff') return pixelsOf(picture, reading);
  const opened = picture.open(true);
  const { data, info } = await (reading.orientation ? opened.autoOrient() : opened)
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3) throw new Error(`decoded to ${channels} channels`);
  return { width, height, rgb: data };
}

/** Scaled to the reduced picture, both edges rounded to its pixels; never empty. */
function wholePixels(crop: Rectangle, scaleX: number, scaleY: number): Rectangle {
  const [x, y] = [Math.round(crop.x * scaleX), Math.round(crop.y * scaleY)];
  const width = Math.max(1, Math.round((crop.x + crop.width) * scaleX) - x);
  const height = Math.max(1, Math.round((crop.y + crop.height) * scaleY) - y);
  return { x, y, width, height };
}
