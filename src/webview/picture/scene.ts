import type { Picture, Rectangle } from '../../protocol/explanation.js';
import { OUTSIDE_COVER } from '../../heatmap/paint.js';
import { bitmapOfPicture } from './bitmap.js';
import { placeWithin, type MapPoint, type Size } from './geometry.js';
import { placeIn, type Zoom } from './zoom.js';

/** What the canvas shows. */
export interface Scene {
  readonly picture: Picture;
  readonly zoom: Zoom;
  /** Laid over the crop; null for the picture alone. */
  readonly layer: OffscreenCanvas | null;
  readonly opacity: number;
  /** How much black covers what the model does not see. */
  readonly outside: number;
  readonly smooth: boolean;
  /** Marked with a cross. */
  readonly probe: MapPoint | null;
}

/** Where the crop of the picture lies on a canvas of this size. */
export function cropOnCanvas(picture: Picture, canvas: Size, zoom: Zoom): Rectangle {
  return placeWithin(picture.crop, picture, placeIn(picture, canvas, zoom));
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
  const place = snap(placeIn(scene.picture, size, scene.zoom), ratio);
  context.drawImage(bitmapOfPicture(scene.picture), place.x, place.y, place.width, place.height);
  if (!scene.layer) return;
  const crop = snap(cropOnCanvas(scene.picture, size, scene.zoom), ratio);
  coverOutside(context, place, crop, scene.outside);
  context.globalAlpha = scene.opacity;
  context.imageSmoothingEnabled = scene.smooth;
  context.drawImage(scene.layer, crop.x, crop.y, crop.width, crop.height);
  context.globalAlpha = 1;
  if (scene.probe)
    drawCross(context, crop.x + scene.probe.x * crop.width, crop.y + scene.probe.y * crop.height);
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
