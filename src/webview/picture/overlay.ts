import type { Display, Picture } from '../../protocol/explanation.js';
import type { Grid } from '../../heatmap/grid.js';
import { paintLayer } from '../../heatmap/paint.js';
import { bitmapOf, bitmapOfPicture } from './bitmap.js';
import { fitInside, type Size } from './geometry.js';

/** What the model sees of a picture, with a map over it. */
export interface Overlay {
  readonly picture: Picture;
  /** null for the picture alone. */
  readonly grid: Grid | null;
  readonly display: Display;
}

type OverlayBase = Pick<Overlay, 'picture'> & Pick<Display, 'opacity' | 'smooth'>;

/** The map in its colours, opaque: at the size given where it is interpolated, else one pixel per value. */
export function layerBitmap(grid: Grid, size: Size, display: Display): OffscreenCanvas {
  const { width, height } = display.smooth || display.mask ? size : grid;
  return bitmapOf(paintLayer(grid, width, height, { ...display, opacity: 1 }), width, height);
}

/** The largest size of whole pixels in a box that the crop fits into without distortion. */
export function overlaySize({ crop }: Picture, box: Size): Size {
  const { width, height } = fitInside(crop, box);
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
}

/** Draws the crop with its layer into the middle of a box of `width` × `height` at the origin. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  { picture, opacity, smooth }: OverlayBase,
  layer: OffscreenCanvas | null,
  box: Size,
): void {
  const { crop } = picture;
  const { width, height } = overlaySize(picture, box);
  const [x, y] = [Math.floor((box.width - width) / 2), Math.floor((box.height - height) / 2)];
  context.save();
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmapOfPicture(picture), crop.x, crop.y, crop.width, crop.height, x, y, width, height);
  if (layer) {
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = smooth;
    context.drawImage(layer, x, y, width, height);
  }
  context.restore();
}

/** Draws an overlay whose layer is not kept. */
export function drawWholeOverlay(context: CanvasRenderingContext2D, overlay: Overlay, box: Size): void {
  const { grid, picture, display } = overlay;
  const layer = grid && layerBitmap(grid, overlaySize(picture, box), display);
  drawOverlay(context, { ...overlay, ...display }, layer, box);
}
