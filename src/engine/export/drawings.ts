import sharp from 'sharp';
import type { Grid } from '../../heatmap/grid.js';
import { paintMap, paintOverlay } from '../../heatmap/paint.js';
import type { Display, LayerExplanation, Picture } from '../../protocol/explanation.js';

/** What of a layer is drawn. */
type Drawn = Pick<LayerExplanation, 'width' | 'height' | 'map'>;

/** The picture with the layer's map over it, as the panel shows it: a PNG of the picture's size. */
export function overlayPng(picture: Picture, layer: Drawn, display: Display): Promise<Uint8Array> {
  return encodePng(paintOverlay(picture, gridOf(layer), display), picture.width, picture.height);
}

/** The map alone: a PNG of the given size. */
export function mapPng(layer: Drawn, width: number, height: number, display: Display): Promise<Uint8Array> {
  return encodePng(paintMap(gridOf(layer), width, height, display), width, height);
}

function gridOf({ width, height, map }: Drawn): Grid {
  return { width, height, values: map };
}

async function encodePng(rgba: Uint8ClampedArray, width: number, height: number): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
}
