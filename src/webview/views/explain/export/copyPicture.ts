import type { Marks } from '../../../../protocol/annotations.js';
import type { Display, Picture } from '../../../../protocol/explanation.js';
import type { Grid } from '../../../../heatmap/grid.js';
import { outlineWidth } from '../../../../heatmap/outline.js';
import { paintOverlay } from '../../../../heatmap/paint.js';
import { bitmapOf } from '../../../picture/bitmap.js';
import { drawMarks } from '../../../picture/marks.js';
import { partOf } from '../../../picture/scene.js';

export interface CopiedPicture {
  readonly picture: Picture;
  readonly grid: Grid;
  readonly display: Display;
  readonly cropOnly: boolean;
  readonly marks: Marks | null;
}

/** Puts the picture with the map over it on the clipboard. Rejects where the editor does not allow that. */
export async function copyPicture(copied: CopiedPicture): Promise<void> {
  // The promise goes in as it is: waiting for it first would lose the click that allows the copy.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': draw(copied).convertToBlob() })]);
}

function draw({ picture, grid, display, cropOnly, marks }: CopiedPicture): OffscreenCanvas {
  const { width, height, crop } = picture;
  const part = partOf(picture, cropOnly);
  const canvas = new OffscreenCanvas(part.width, part.height);
  const context = canvas.getContext('2d');
  context?.drawImage(bitmapOf(paintOverlay(picture, grid, display), width, height), -part.x, -part.y);
  if (context && marks)
    drawMarks(context, marks, {
      crop: { ...crop, x: crop.x - part.x, y: crop.y - part.y },
      shown: { ...part, x: 0, y: 0 },
      line: outlineWidth(part.width),
    });
  return canvas;
}
