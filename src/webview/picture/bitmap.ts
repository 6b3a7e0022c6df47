import type { Picture } from '../../protocol/explanation.js';

export function bitmapOf(rgba: Uint8ClampedArray, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width), 0, 0);
  return canvas;
}

const bitmaps = new WeakMap<Picture, OffscreenCanvas>();

/** A whole picture ready to be drawn, made once for all the places that it is drawn in. */
export function bitmapOfPicture(picture: Picture): OffscreenCanvas {
  let bitmap = bitmaps.get(picture);
  if (!bitmap) {
    bitmap = bitmapOf(picture.rgba, picture.width, picture.height);
    bitmaps.set(picture, bitmap);
  }
  return bitmap;
}
