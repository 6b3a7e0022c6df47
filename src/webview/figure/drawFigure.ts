import { layOut, type Placed } from './layOut.js';
import { FONTS } from './fonts.js';
import type { Figure } from './figure.js';

/** Pixels of the file per CSS pixel. */
const RATIO = 2;
const PAPER = '#ffffff';
const INK = '#000000';

/**
 * Draws a figure as a PNG, black on white whatever the theme.
 * @throws Error where it has more pixels than the browser can draw
 */
export function drawFigure(figure: Figure): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) return Promise.reject(new Error('The browser draws nothing.'));
  const { width, height, texts, cells } = layOut(figure, (text, font) => {
    context.font = FONTS[font];
    return context.measureText(text).width;
  });
  canvas.width = width * RATIO;
  canvas.height = height * RATIO;
  context.scale(RATIO, RATIO);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  for (const { cell, x, y } of cells) {
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, figure.cellWidth, figure.cellHeight);
    context.clip();
    cell.draw(context, figure.cellWidth, figure.cellHeight);
    context.restore();
  }
  for (const text of texts) write(context, text);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The figure is too large.'));
    }, 'image/png');
  });
}

function write(context: CanvasRenderingContext2D, { text, x, y, font, align }: Placed): void {
  context.fillStyle = INK;
  context.font = FONTS[font];
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.fillText(text, x, y);
}
