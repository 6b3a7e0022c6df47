import { FONTS, LINE } from '../../figure/fonts.js';
import { wrap } from '../../figure/text.js';

const MARGIN = 12;
const GREY = '#767676';

/** Says in the middle of a figure's cell why there is no picture in it. */
export function drawNote(
  context: CanvasRenderingContext2D,
  text: string,
  width: number,
  height: number,
): void {
  context.strokeStyle = '#d0d0d0';
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
  context.font = FONTS.caption;
  context.fillStyle = GREY;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const most = Math.max(1, Math.floor((height - 2 * MARGIN) / LINE.caption));
  const measure = (line: string): number => context.measureText(line).width;
  const lines = wrap(text, width - 2 * MARGIN, most, 'caption', measure);
  lines.forEach((line, index) => {
    const y = height / 2 + (index - (lines.length - 1) / 2) * LINE.caption;
    context.fillText(line, width / 2, y);
  });
}
