import type { Picture, Rectangle } from '../../protocol/explanation.js';
import { fitInside, type MapPoint, type Size } from './geometry.js';

/** How much of a picture is in sight. */
export interface Zoom {
  /** Times the size at which all of the picture fits. */
  readonly factor: number;
  /** The point of the picture in the middle of its place. */
  readonly middle: MapPoint;
}

/** A picture, or a part of it: its size, and its width in the picture's file. */
export type Extent = Pick<Picture, 'width' | 'height' | 'originalWidth'>;

export const FIT: Zoom = { factor: 1, middle: { x: 0.5, y: 0.5 } };

/** By a key or a button, and by a notch of the wheel. */
export const ZOOM_STEP = 1.25;
const MOST = 16;

/** Where the whole picture lies, parts of it beyond the box; no side leaves a gap that the picture could fill. */
export function placeIn(picture: Size, box: Size, { factor, middle }: Zoom): Rectangle {
  const fit = fitInside(picture, box);
  const [width, height] = [fit.width * factor, fit.height * factor];
  return { x: along(box.width, width, middle.x), y: along(box.height, height, middle.y), width, height };
}

function along(room: number, length: number, middle: number): number {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, room / 2 - middle * length));
}

/** Larger by `times`; what is under a point of the box stays there as far as it can. */
export function zoomAt(zoom: Zoom, times: number, at: MapPoint, picture: Extent, box: Size): Zoom {
  const least = Math.min(1, fullFactor(picture, box));
  const most = Math.max(MOST, fullFactor(picture, box));
  const factor = Math.min(most, Math.max(least, zoom.factor * times));
  const before = placeIn(picture, box, zoom);
  const growth = factor / zoom.factor;
  const after = {
    x: at.x - (at.x - before.x) * growth,
    y: at.y - (at.y - before.y) * growth,
    width: before.width * growth,
    height: before.height * growth,
  };
  return { factor, middle: middleOf(after, box) };
}

/** Moved by pixels of the box. */
export function panBy(zoom: Zoom, right: number, down: number, picture: Extent, box: Size): Zoom {
  const place = placeIn(picture, box, zoom);
  return { ...zoom, middle: middleOf({ ...place, x: place.x + right, y: place.y + down }, box) };
}

/** With a point of the picture's place in sight. */
export function bringInto(zoom: Zoom, at: MapPoint, picture: Extent, box: Size): Zoom {
  const beyond = (position: number, room: number): number =>
    position < 0 ? -position + room / 4 : position > room ? room - position - room / 4 : 0;
  const [right, down] = [beyond(at.x, box.width), beyond(at.y, box.height)];
  return right === 0 && down === 0 ? zoom : panBy(zoom, right, down, picture, box);
}

/** The factor at which a pixel of the file is one of the page. */
export function fullFactor(picture: Extent, box: Size): number {
  return picture.originalWidth / fitInside(picture, box).width;
}

function middleOf(place: Rectangle, box: Size): MapPoint {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    x: clamp((box.width / 2 - place.x) / place.width),
    y: clamp((box.height / 2 - place.y) / place.height),
  };
}
