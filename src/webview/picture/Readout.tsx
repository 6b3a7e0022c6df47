import type { VNode } from 'preact';
import type { Picture } from '../../protocol/explanation.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { formatValue } from '../../protocol/numbers.js';
import type { Grid } from '../../heatmap/grid.js';
import { valueAt } from '../../heatmap/upsample.js';
import { fill } from '../common/format.js';
import { useFrame } from '../state/frame.js';
import { cellAt, type MapPoint } from './geometry.js';

/** What is read at a place of a map. */
export interface Reading {
  readonly value: number;
  /** Pixel of the picture's file. */
  readonly x: number;
  readonly y: number;
  /** Cell of the map. */
  readonly column: number;
  readonly row: number;
}

export function readingAt(picture: Picture, grid: Grid, point: MapPoint, smooth: boolean): Reading {
  const { crop } = picture;
  const within = {
    x: (crop.x + point.x * crop.width) / picture.width,
    y: (crop.y + point.y * crop.height) / picture.height,
  };
  const { column: x, row: y } = cellAt(
    { width: picture.originalWidth, height: picture.originalHeight },
    within,
  );
  return { value: valueAt(grid, point.x, point.y, smooth), x, y, ...cellAt(grid, point) };
}

export function readingText(reading: Reading, strings: PanelStrings): string {
  return fill(strings.readout, { ...reading, value: formatValue(reading.value) });
}

/** The value at the pointer or the cross, and where that is. */
export function Readout({ reading }: { readonly reading: Reading | null }): VNode {
  const { strings } = useFrame();
  return (
    <span class="readout" title={strings.atPointer}>
      {reading ? formatValue(reading.value) : <span class="quiet">{strings.atPointer}</span>}
      {reading && <span class="readout-place">{fill(strings.readoutPlace, { ...reading })}</span>}
    </span>
  );
}
