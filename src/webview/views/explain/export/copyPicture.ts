import type { Display, Picture } from '../../../../protocol/explanation.js';
import type { Grid } from '../../../../heatmap/grid.js';
import { paintOverlay } from '../../../../heatmap/paint.js';
import { bitmapOf } from '../../../picture/bitmap.js';

/** Puts the picture with the map over it on the clipboard. Rejects where the editor does not allow that. */
export async function copyPicture(picture: Picture, grid: Grid, display: Display): Promise<void> {
  const bitmap = bitmapOf(paintOverlay(picture, grid, display), picture.width, picture.height);
  // The promise goes in as it is: waiting for it first would lose the click that allows the copy.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': bitmap.convertToBlob() })]);
}
