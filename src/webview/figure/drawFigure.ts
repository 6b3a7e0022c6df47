import type { Figure } from './figure.js';
import { FONTS } from './fonts.js';
import { layOut } from './layOut.js';
import type { Layout, Placed, PlacedDrawing } from './placed.js';

/** Pixels of the file per CSS pixel. */
const RATIO = 2;
const PAPER = '#ffffff';
const INK = '#000000';

/**
 * Draws a figure as a PNG, black on white whatever the theme.
 * @throws Error where it has more pixels than the browser can draw
 */
export async function drawFigure(figure: Figure): Promise<Blob> {
  const { width, height, texts, drawings } = layOutOnScreen(figure);
  const { canvas, context } = canvasOf(width, height);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  for (const drawing of drawings) {
    context.save();
    context.translate(drawing.x, drawing.y);
    draw(context, drawing);
    context.restore();
  }
  for (const text of texts) write(context, text);
  return pngOf(canvas);
}

/** One drawing of a figure by itself, as a PNG. */
export async function drawingAsPng(drawing: PlacedDrawing): Promise<Blob> {
  const { canvas, context } = canvasOf(drawing.width, drawing.height);
  draw(context, drawing);
  return pngOf(canvas);
}

/** Laid out with the widths that texts have here. */
export function layOutOnScreen(figure: Figure): Layout {
  const { context } = canvasOf(1, 1);
  return layOut(figure, (text, font) => {
    context.font = FONTS[font];
    return context.measureText(text).width;
  });
}

function canvasOf(
  width: number,
  height: number,
): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser draws nothing.');
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  context.scale(RATIO, RATIO);
  return { canvas, context };
}

function draw(context: CanvasRenderingContext2D, drawing: PlacedDrawing): void {
  const { width, height } = drawing;
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  drawing.draw(context, width, height);
}

function write(context: CanvasRenderingContext2D, { text, x, y, font, align }: Placed): void {
  context.fillStyle = INK;
  context.font = FONTS[font];
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.fillText(text, x, y);
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The figure is too large.'));
    }, 'image/png');
  });
}
