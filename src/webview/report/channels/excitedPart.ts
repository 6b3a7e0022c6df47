import type { SeenPicture } from '../../../evaluation/channels/excited.js';
import type { ReportLayer } from '../../../evaluation/report.js';
import type { Preprocessing } from '../../../protocol/model.js';
import type { Rectangle } from '../../../protocol/explanation.js';

/** What of a picture excites a channel. */
export interface ExcitedPart {
  /** What the position depends on, in pixels of the picture. */
  readonly part: Rectangle;
  /** The position's own place in it; null where it lies about in the middle of a small part. */
  readonly mark: Rectangle | null;
}

/** Of the input: a part that is longer is large. */
const LARGE = 0.5;

/** @param position of the layer, counted row by row */
export function excitedPart(
  { width, height, crop }: SeenPicture,
  { inputWidth, inputHeight }: Pick<Preprocessing, 'inputWidth' | 'inputHeight'>,
  layer: Pick<ReportLayer, 'width' | 'height' | 'field'>,
  position: number,
): ExcitedPart {
  const [row, column] = [Math.floor(position / layer.width), position % layer.width];
  const [top, bottom] = layer.field?.rows[row] ?? [0, inputHeight];
  const [left, right] = layer.field?.columns[column] ?? [0, inputWidth];
  const inPicture = (x: number, y: number): readonly [number, number] => [
    within(crop.x + (x / inputWidth) * crop.width, width),
    within(crop.y + (y / inputHeight) * crop.height, height),
  ];
  const rectangle = (from: readonly [number, number], to: readonly [number, number]): Rectangle => ({
    ...{ x: from[0], y: from[1] },
    // A letterbox's margin has nothing of the picture in it.
    ...{ width: Math.max(1, to[0] - from[0]), height: Math.max(1, to[1] - from[1]) },
  });
  const [stepX, stepY] = [inputWidth / layer.width, inputHeight / layer.height];
  const part = rectangle(inPicture(left, top), inPicture(right, bottom));
  const isLarge = right - left > LARGE * inputWidth || bottom - top > LARGE * inputHeight;
  const own = rectangle(
    inPicture(column * stepX, row * stepY),
    inPicture((column + 1) * stepX, (row + 1) * stepY),
  );
  return { part, mark: isLarge ? own : null };
}

function within(place: number, size: number): number {
  return Math.min(Math.max(place, 0), size);
}
