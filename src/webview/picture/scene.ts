import type { Marks } from '../../protocol/annotations.js';
import type { Picture, Rectangle } from '../../protocol/explanation.js';
import { outlineWidth } from '../../heatmap/outline.js';
import { OUTSIDE_COVER } from '../../heatmap/paint.js';
import { bitmapOfPicture } from './bitmap.js';
import { fitInside, placeWithin, type MapPoint, type Size } from './geometry.js';
import { drawMarks } from './marks.js';
import { placeIn, type Extent, type Zoom } from './zoom.js';

/** What the canvas shows. */
export interface Scene {
  readonly picture: Picture;
  /** What of it is shown. */
  readonly part: Part;
  readonly zoom: Zoom;
  /** Outlined on the crop; null for nothing. */
  readonly marks: Marks | null;
  /** Laid over the crop; null for the picture alone. */
  readonly layer: OffscreenCanvas | null;
  readonly opacity: number;
  /** How much black covers what the model does not see. */
  readonly outside: number;
  readonly smooth: boolean;
  /** Marked with a cross. */
  readonly probe: MapPoint | null;
}

/** A part of a picture, in its pixels. */
export interface Part extends Rectangle, Extent {}

/** What the model sees, or the whole picture. */
export function partOf({ crop, width, height, originalWidth }: Picture, cropOnly: boolean): Part {
  if (!cropOnly) return { x: 0, y: 0, width, height, originalWidth };
  return { ...crop, originalWidth: (originalWidth * crop.width) / width };
}

/** Where the crop of the picture lies on a canvas of this size. */
export function cropOnCanvas({ crop }: Picture, part: Part, canvas: Size, zoom: Zoom): Rectangle {
  const inPart = { ...crop, x: crop.x - part.x, y: crop.y - part.y };
  return placeWithin(inPart, part, placeIn(part, canvas, zoom));
}

export function outsideCover(mask: boolean, opacity: number): number {
  return mask ? Math.max(OUTSIDE_COVER, opacity) : OUTSIDE_COVER;
}

/** Draws onto a canvas whose backing store has `ratio` device pixels per CSS pixel of `size`. */
export function drawScene(canvas: HTMLCanvasElement, size: Size, ratio: number, scene: Scene): void {
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.imageSmoothingQuality = 'high';
  const { picture, part, zoom, layer, marks, probe } = scene;
  const place = snap(placeIn(part, size, zoom), ratio);
  const crop = snap(cropOnCanvas(picture, part, size, zoom), ratio);
  drawPart(context, picture, part, place);
  if (layer) {
    coverOutside(context, place, crop, scene.outside);
    context.globalAlpha = scene.opacity;
    context.imageSmoothingEnabled = scene.smooth;
    context.drawImage(layer, crop.x, crop.y, crop.width, crop.height);
    context.globalAlpha = 1;
  }
  if (marks) drawMarks(context, marks, { crop, shown: place, line: lineWidth(part, size) });
  if (layer && probe) drawCross(context, crop.x + probe.x * crop.width, crop.y + probe.y * crop.height);
}

/** Wide lines would hide what they go around. */
function lineWidth(part: Part, size: Size): number {
  return Math.min(2.5, outlineWidth(fitInside(part, size).width));
}

function drawPart(
  context: CanvasRenderingContext2D,
  picture: Picture,
  { x, y, width, height }: Rectangle,
  to: Rectangle,
): void {
  context.drawImage(bitmapOfPicture(picture), x, y, width, height, to.x, to.y, to.width, to.height);
}

/** Onto whole device pixels: neighbours that end between two would leave a seam. */
function snap({ x, y, width, height }: Rectangle, ratio: number): Rectangle {
  const round = (value: number): number => Math.round(value * ratio) / ratio;
  const [left, top] = [round(x), round(y)];
  return { x: left, y: top, width: round(x + width) - left, height: round(y + height) - top };
}

function coverOutside(
  context: CanvasRenderingContext2D,
  all: Rectangle,
  crop: Rectangle,
  cover: number,
): void {
  const path = new Path2D();
  path.rect(all.x, all.y, all.width, all.height);
  path.rect(crop.x, crop.y, crop.width, crop.height);
  context.fillStyle = `rgba(0, 0, 0, ${cover})`;
  context.fill(path, 'evenodd');
}

const CROSS = 9;

/** White on black, to be seen on any picture. */
function drawCross(context: CanvasRenderingContext2D, x: number, y: number): void {
  const path = new Path2D(`M${x - CROSS} ${y}h${2 * CROSS}M${x} ${y - CROSS}v${2 * CROSS}`);
  context.lineWidth = 4;
  context.strokeStyle = 'black';
  context.stroke(path);
  context.lineWidth = 2;
  context.strokeStyle = 'white';
  context.stroke(path);
}
