import type { Region } from '../../../protocol/annotations.js';
import type { Picture } from '../../../protocol/explanation.js';
import type { Grid } from '../../../heatmap/grid.js';
import { maskAbove } from '../../../heatmap/mask.js';
import { upsampleBilinear } from '../../../heatmap/upsample.js';
import type { Size } from '../../picture/geometry.js';
import { drawWholeOverlay, overlaySize } from '../../picture/overlay.js';
import { bitmapOf } from '../../picture/bitmap.js';
import type { InputSize } from './localise.js';

export interface LocalisedPicture {
  readonly picture: Picture;
  /** What is kept of the picture; null for all of it. */
  readonly kept: { readonly map: Grid; readonly threshold: number } | null;
  /** How much black covers what is not kept, 0 … 1. */
  readonly cover: number;
  /** Outlined. */
  readonly regions: readonly Region[];
  readonly input: InputSize;
}

/** Draws what the model sees, with what is not kept covered, into the middle of a box at the origin. */
export function drawLocalised(
  context: CanvasRenderingContext2D,
  { picture, kept, cover, regions, input }: LocalisedPicture,
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
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  const [scaleX, scaleY] = [width / input.inputWidth, height / input.inputHeight];
  strokeOutline(context, outlineOf(regions, scaleX, scaleY), width);
  context.setLineDash([width / 40, width / 40]);
  strokeOutline(
    context,
    pathOf(
      regions.flatMap((region) => sidesBeyond(region, input)),
      scaleX,
      scaleY,
    ),
    width,
  );
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
  const mask = maskAbove(upsampleBilinear(map, width, height).values, threshold);
  const rgba = new Uint8ClampedArray(4 * width * height);
  mask.forEach((keeps, pixel) => (rgba[4 * pixel + 3] = keeps ? 0 : 255 * cover));
  return bitmapOf(rgba, width, height);
}

function outlineOf(regions: readonly Region[], scaleX: number, scaleY: number): Path2D {
  const path = new Path2D();
  for (const { shape } of regions) {
    if (shape.kind === 'box') {
      const { x, y, width, height } = shape.box;
      path.rect(x * scaleX, y * scaleY, width * scaleX, height * scaleY);
    } else {
      path.addPath(pathOf(maskEdges(shape), scaleX, scaleY));
    }
  }
  return path;
}

function pathOf(edges: readonly Edge[], scaleX: number, scaleY: number): Path2D {
  const path = new Path2D();
  for (const [x0, y0, x1, y1] of edges) {
    path.moveTo(x0 * scaleX, y0 * scaleY);
    path.lineTo(x1 * scaleX, y1 * scaleY);
  }
  return path;
}

type Edge = readonly [x0: number, y0: number, x1: number, y1: number];

/** Where a box goes on outside of what the model sees: the border of that, as far as the box lies along it. */
export function sidesBeyond(
  { shape }: Pick<Region, 'shape'>,
  { inputWidth, inputHeight }: InputSize,
): Edge[] {
  if (shape.kind !== 'box') return [];
  const { x, y, width, height } = shape.box;
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  const [right, bottom] = [Math.min(x + width, inputWidth), Math.min(y + height, inputHeight)];
  if (left >= right || top >= bottom) return [];
  const edges: Edge[] = [];
  if (x < 0) edges.push([0, top, 0, bottom]);
  if (y < 0) edges.push([left, 0, right, 0]);
  if (x + width > inputWidth) edges.push([inputWidth, top, inputWidth, bottom]);
  if (y + height > inputHeight) edges.push([left, inputHeight, right, inputHeight]);
  return edges;
}

/** The sides that a pixel inside shares with one outside; what leaves the picture has no edge there. */
export function maskEdges({
  width,
  height,
  inside,
}: {
  width: number;
  height: number;
  inside: Uint8Array;
}): Edge[] {
  const edges: Edge[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x > 0 && inside[at] !== inside[at - 1]) edges.push([x, y, x, y + 1]);
      if (y > 0 && inside[at] !== inside[at - width]) edges.push([x, y, x + 1, y]);
    }
  }
  return edges;
}

/** Yellow on black, to be seen on any picture; as wide as suits the picture's size. */
function strokeOutline(context: CanvasRenderingContext2D, path: Path2D, width: number): void {
  const line = Math.max(1.25, width / 160);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.lineWidth = 2 * line;
  context.strokeStyle = 'rgba(0, 0, 0, 0.7)';
  context.stroke(path);
  context.lineWidth = line;
  context.strokeStyle = '#ffd400';
  context.stroke(path);
}
