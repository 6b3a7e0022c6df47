import type { Figure } from './figure.js';
import { ASCENT, LINE, type Font } from './fonts.js';
import { layOutHead } from './layOutHead.js';
import type { Layout, Placed, PlacedDrawing } from './placed.js';
import { ellipsise, wrap, type Measure } from './text.js';

const MARGIN = 24;
const GAP = 12;
/** Between a drawing and its caption, and between a heading and what it heads. */
const NEAR = 4;
const MAX_LABEL = 150;
const MAX_HEADING_LINES = 2;

/** Where everything of a figure goes, in CSS pixels. */
export function layOut(figure: Figure, measure: Measure): Layout {
  const { columns, rows, cellWidth, cellHeight } = figure;
  const texts: Placed[] = [];
  const drawings: PlacedDrawing[] = [];
  const lines = (
    all: readonly string[],
    font: Font,
    align: Placed['align'],
    x: number,
    top: number,
  ): number => {
    all.forEach((text, index) => {
      texts.push({ text, font, align, x, y: Math.round(top + (index + ASCENT) * LINE[font]) });
    });
    return top + all.length * LINE[font];
  };

  const labels = rows.map(({ label }) => wrap(label, MAX_LABEL, MAX_HEADING_LINES, 'heading', measure));
  const labelWidth = Math.ceil(Math.max(0, ...labels.flat().map((line) => measure(line, 'heading'))));
  const left = MARGIN + (labelWidth > 0 ? labelWidth + GAP : 0);
  const leftOf = (column: number): number => left + column * (cellWidth + GAP);
  const width = leftOf(columns.length) - GAP + MARGIN;
  const inner = width - 2 * MARGIN;

  let y = lines(wrap(figure.title, inner, 2, 'title', measure), 'title', 'left', MARGIN, MARGIN);
  if (figure.subtitle !== '')
    y = lines(wrap(figure.subtitle, inner, 3, 'subtitle', measure), 'subtitle', 'left', MARGIN, y);
  y += GAP;

  const head = layOutHead(figure, MARGIN, y, inner, measure);
  texts.push(...head.texts);
  drawings.push(...head.drawings);
  if (head.height > 0) y += head.height + GAP;

  const headings = columns.map((text) => wrap(text, cellWidth, MAX_HEADING_LINES, 'heading', measure));
  const headingLines = Math.max(0, ...headings.map(({ length }) => (columns.some(Boolean) ? length : 0)));
  headings.forEach((heading, column) => {
    // Short headings stand on the same line as the last one of long ones.
    const top = y + (headingLines - heading.length) * LINE.heading;
    if (headingLines > 0) lines(heading, 'heading', 'center', leftOf(column) + cellWidth / 2, top);
  });
  y += headingLines * LINE.heading + (headingLines > 0 ? NEAR : 0);

  rows.forEach((row, index) => {
    const label = labels[index] ?? [];
    lines(label, 'heading', 'left', MARGIN, y + (cellHeight - label.length * LINE.heading) / 2);
    row.cells.forEach((cell, column) => {
      if (!cell) return;
      const x = leftOf(column);
      drawings.push({ draw: cell.draw, x, y, width: cellWidth, height: cellHeight });
      const captions = cell.captions.map((caption) => ellipsise(caption, cellWidth, 'caption', measure));
      lines(captions, 'caption', 'center', x + cellWidth / 2, y + cellHeight + NEAR);
    });
    const most = Math.max(0, ...row.cells.map((cell) => cell?.captions.length ?? 0));
    y += cellHeight + (most > 0 ? NEAR + most * LINE.caption : 0) + GAP;
  });
  return { width, height: Math.ceil(y - GAP + MARGIN), texts, drawings };
}
