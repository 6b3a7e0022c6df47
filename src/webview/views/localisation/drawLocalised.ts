import type { Marks } from '../../../protocol/annotations.js';
import type { Picture } from '../../../protocol/explanation.js';
import type { Grid } from '../../../heatmap/grid.js';
import { outlineWidth } from '../../../heatmap/outline.js';
import { paintKept } from '../../../heatmap/paint.js';
import type { Size } from '../../picture/geometry.js';
import { drawMarks } from '../../picture/marks.js';
import { drawWholeOverlay, overlaySize } from '../../picture/overlay.js';
import { bitmapOf } from '../../picture/bitmap.js';

export interface LocalisedPicture {
  readonly picture: Picture;
  /** What is kept of the picture; null for all of it. */
  readonly kept: { readonly map: Grid; readonly threshold: number } | null;
  /** How much black covers what is not kept, 0 … 1. */
  readonly cover: number;
  /** Outlined. */
  readonly marks: Marks;
}

/** Draws what the model sees, with what is not kept covered, into the middle of a box at the origin. */
export function drawLocalised(
  context: CanvasRenderingContext2D,
  { picture, kept, cover, marks }: LocalisedPicture,
  box: Size,
): void {
  drawWholeOverlay(context, { picture, grid: null, display: PLAIN }, box);
  const { width, height } = overlaySize(picture, box);
  context.save();
  context.translate(Math.floor((box.width - width) / 2), Math.floor((box.height - height) / 2));
  if (kept)
    context.drawImage(
      coverOf(kept.map, kept.threshold, cover, pixels(context, width, height)),
      0,
      0,
      width,
      height,
    );
  const all = { x: 0, y: 0, width, height };
  drawMarks(context, marks, { crop: all, shown: all, line: outlineWidth(width) });
  context.restore();
}

const PLAIN = {
  colorMap: 'viridis',
  opacity: 0,
  smooth: true,
  mask: false,
  emphasis: null,
  scale: null,
} as const;

/** In pixels of the canvas, so that the mask's edge is as fine as the canvas. */
function pixels(context: CanvasRenderingContext2D, width: number, height: number): Size {
  const { a, d } = context.getTransform();
  return { width: Math.max(1, Math.round(width * a)), height: Math.max(1, Math.round(height * d)) };
}

/** Black over everything at or below the threshold. */
function coverOf(map: Grid, threshold: number, cover: number, { width, height }: Size): OffscreenCanvas {
  return bitmapOf(paintKept(map, width, height, threshold, cover), width, height);
}
