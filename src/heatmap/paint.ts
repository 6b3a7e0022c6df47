import type { Display, Picture } from '../protocol/explanation.js';
import { COLOR_STEPS, colorTable } from './colorMaps.js';
import { colorScale } from './colorScale.js';
import { strengthAt, strengthsOf } from './emphasis.js';
import type { Grid } from './grid.js';
import { maskAbove, maskOf } from './mask.js';
import { extentOf, normalize } from './normalize.js';
import { upsampleBilinear, upsampleNearest } from './upsample.js';

/** How strongly black covers what lies outside the crop, which the model never saw. */
export const OUTSIDE_COVER = 0.4;

type Rgba = Uint8ClampedArray<ArrayBuffer>;

/**
 * The map alone in its colours, opaque, as RGBA of the given size; on the map's own scale unless `display` has one. White
 * of a diverging colour map is zero either way, where the scale has both signs.
 */
export function paintMap(map: Grid, width: number, height: number, display: Display): Rgba {
  return paintValues(valuesAt(map, width, height, display), scaleOf(map, display), display);
}

/** The map at the size given. */
function valuesAt(map: Grid, width: number, height: number, { smooth }: Display): Float32Array {
  return (smooth ? upsampleBilinear : upsampleNearest)(map, width, height).values;
}

function scaleOf(map: Grid, { colorMap, scale }: Display): readonly [number, number] {
  return colorScale(colorMap, scale ?? extentOf(map.values));
}

function paintValues(values: Float32Array, scale: readonly [number, number], display: Display): Rgba {
  const positions = normalize(values, scale);
  const table = colorTable(display.colorMap);
  const rgba = new Uint8ClampedArray(4 * values.length).fill(255);
  for (let pixel = 0; pixel < positions.length; pixel++) {
    const color = 3 * Math.round((positions[pixel] ?? 0) * (COLOR_STEPS - 1));
    rgba[4 * pixel] = table[color] ?? 0;
    rgba[4 * pixel + 1] = table[color + 1] ?? 0;
    rgba[4 * pixel + 2] = table[color + 2] ?? 0;
  }
  return rgba;
}

/**
 * What is laid over the crop, as RGBA of the given size: the colours of the map, with `emphasis` by its strength, at
 * `opacity`; or, with `mask`, black at `opacity` over all that the mask leaves out and nothing over what it keeps.
 */
export function paintLayer(map: Grid, width: number, height: number, display: Display): Rgba {
  if (display.mask) return paintCover(maskOf(map, width, height), display.opacity);
  const alpha = Math.round(255 * display.opacity);
  const values = valuesAt(map, width, height, display);
  const scale = scaleOf(map, display);
  const rgba = paintValues(values, scale, display);
  const strengths = display.emphasis === null ? null : strengthsOf(map.values, display.emphasis, scale);
  for (let pixel = 0; pixel < values.length; pixel++)
    rgba[4 * pixel + 3] = alpha * (strengths ? strengthAt(values[pixel] ?? 0, strengths) : 1);
  return rgba;
}

/** Black at `opacity` over all of the crop where the map does not exceed the threshold, as RGBA of the given size. */
export function paintKept(
  map: Grid,
  width: number,
  height: number,
  threshold: number,
  opacity: number,
): Rgba {
  return paintCover(maskAbove(upsampleBilinear(map, width, height).values, threshold), opacity);
}

function paintCover(mask: Uint8Array, opacity: number): Rgba {
  const alpha = Math.round(255 * opacity);
  const rgba = new Uint8ClampedArray(4 * mask.length);
  for (let pixel = 0; pixel < mask.length; pixel++) rgba[4 * pixel + 3] = mask[pixel] ? 0 : alpha;
  return rgba;
}

/**
 * The picture with `paintLayer` over its crop, as RGBA of the picture's size. Outside the crop the picture is
 * darkened by OUTSIDE_COVER, or as much as the mask darkens where that is more.
 */
export function paintOverlay(picture: Picture, map: Grid, display: Display): Rgba {
  const { crop } = picture;
  const rgba = new Uint8ClampedArray(picture.rgba);
  const layer = paintLayer(map, crop.width, crop.height, display);
  const outside = display.mask ? Math.max(OUTSIDE_COVER, display.opacity) : OUTSIDE_COVER;
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const at = 4 * (y * picture.width + x);
      const column = x - crop.x;
      const row = y - crop.y;
      const inside = column >= 0 && row >= 0 && column < crop.width && row < crop.height;
      if (inside) blend(rgba, at, layer, 4 * (row * crop.width + column));
      else darken(rgba, at, outside);
    }
  }
  return rgba;
}

function blend(rgba: Rgba, at: number, layer: Rgba, layerAt: number): void {
  const opacity = (layer[layerAt + 3] ?? 0) / 255;
  for (let channel = 0; channel < 3; channel++) {
    const below = rgba[at + channel] ?? 0;
    rgba[at + channel] = below + opacity * ((layer[layerAt + channel] ?? 0) - below);
  }
}

function darken(rgba: Rgba, at: number, cover: number): void {
  for (let channel = 0; channel < 3; channel++) rgba[at + channel] = (rgba[at + channel] ?? 0) * (1 - cover);
}
