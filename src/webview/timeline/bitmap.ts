import type { Picture } from '../../protocol/explanation.js';
import { bitmapOf } from '../picture/scene.js';

const bitmaps = new WeakMap<Picture, OffscreenCanvas>();

/** A picture ready to be drawn, made once for all the places that it is drawn in. */
export function bitmapOfPicture(picture: Picture): OffscreenCanvas {
  let bitmap = bitmaps.get(picture);
  if (!bitmap) {
    bitmap = bitmapOf(picture.rgba, picture.width, picture.height);
    bitmaps.set(picture, bitmap);
  }
  return bitmap;
}
