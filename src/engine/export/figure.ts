import sharp, { type OverlayOptions } from 'sharp';
import { drawCaption, withFontSettings, type Caption, type Image } from './captions.js';

/** A grid of drawings with captions. */
export interface Figure {
  readonly title: Caption;
  /** Headings; as many as every row has cells. */
  readonly columns: readonly Caption[];
  readonly rows: readonly FigureRow[];
  /** Size of every drawing in pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

export interface FigureRow {
  /** Stands left of the drawings. */
  readonly label: Caption | null;
  readonly cells: readonly FigureCell[];
}

/** RGBA of the drawing's size, opaque, or a caption in its place. */
export type FigureCell = Uint8ClampedArray | Caption;

const MARGIN = 20;
const GAP = 10;
const MAX_LABEL = 170;
/** Narrower columns would break headings into too many lines. */
const MIN_COLUMN = 120;

/** Draws the figure as a PNG, black on white. */
export function figurePng(figure: Figure): Promise<Uint8Array> {
  return withFontSettings(() => draw(figure));
}

async function draw({ title, columns, rows, cellWidth, cellHeight }: Figure): Promise<Uint8Array> {
  const columnWidth = Math.max(cellWidth, MIN_COLUMN);
  const drawCell = async (cell: FigureCell): Promise<Image> =>
    cell instanceof Uint8ClampedArray
      ? { rgba: cell, width: cellWidth, height: cellHeight }
      : drawCaption(cell, columnWidth, 'centre');
  const labels = await Promise.all(
    rows.map(async ({ label }) => label && (await drawCaption(label, MAX_LABEL, 'left'))),
  );
  const labelWidth = Math.max(0, ...labels.map((label) => label?.width ?? 0));
  const left = MARGIN + (labelWidth > 0 ? labelWidth + 2 * GAP : 0);
  const leftOf = (column: number): number => left + column * (columnWidth + GAP);
  const width = leftOf(columns.length) - GAP + MARGIN;

  const heading = await drawCaption(title, width - 2 * MARGIN, 'left');
  const placed = [place(heading, MARGIN, MARGIN)];
  let y = MARGIN + heading.height + 2 * GAP;
  const heads = await Promise.all(columns.map((caption) => drawCaption(caption, columnWidth, 'centre')));
  y += highest(heads);
  for (const [column, head] of heads.entries())
    placed.push(place(head, leftOf(column) + middle(head.width, columnWidth), y - head.height));
  for (const [row, { cells }] of rows.entries()) {
    y += GAP;
    const label = labels[row];
    const drawings = await Promise.all(cells.map(drawCell));
    const height = Math.max(cellHeight, label?.height ?? 0, highest(drawings));
    if (label) placed.push(place(label, MARGIN, y + middle(label.height, height)));
    for (const [column, drawing] of drawings.entries()) {
      const x = leftOf(column) + middle(drawing.width, columnWidth);
      placed.push(place(drawing, x, y + middle(drawing.height, height)));
    }
    y += height;
  }
  const page = sharp({ create: { width, height: y + MARGIN, channels: 3, background: '#ffffff' } });
  return new Uint8Array(await page.composite(placed).removeAlpha().png().toBuffer());
}

function highest(images: readonly Image[]): number {
  return Math.max(0, ...images.map(({ height }) => height));
}

/** What is left of free room before something in its middle. */
function middle(size: number, room: number): number {
  return Math.max(0, Math.floor((room - size) / 2));
}

function place({ rgba, width, height }: Image, left: number, top: number): OverlayOptions {
  const input = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  return { input, raw: { width, height, channels: 4 }, left, top };
}
