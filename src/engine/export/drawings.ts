import sharp from 'sharp';
import type { Grid } from '../../heatmap/grid.js';
import { beyondPath, endsAt, OUTLINE, outlinePath, outlineWidth } from '../../heatmap/outline.js';
import { paintMap, paintOverlay } from '../../heatmap/paint.js';
import type { Marks } from '../../protocol/annotations.js';
import type { ExportRequest } from '../../protocol/engineApi.js';
import type { Display, LayerExplanation, Picture, Rectangle } from '../../protocol/explanation.js';

/** What of a layer is drawn. */
type Drawn = Pick<LayerExplanation, 'width' | 'height' | 'map'>;

/** What of the picture is drawn, and what on it. */
type Framed = Pick<ExportRequest, 'cropOnly' | 'marks'>;

const WHOLE: Framed = { cropOnly: false, marks: null };

/** The picture with the layer's map over it, as the panel shows it: a PNG of the picture's size, or of its crop's. */
export async function overlayPng(
  picture: Picture,
  layer: Drawn,
  display: Display,
  { cropOnly, marks }: Framed = WHOLE,
): Promise<Uint8Array> {
  const { width, height, crop } = picture;
  const shown = cropOnly ? crop : { x: 0, y: 0, width, height };
  const place = { ...crop, x: crop.x - shown.x, y: crop.y - shown.y };
  const drawn = sharp(paintOverlay(picture, gridOf(layer), display), { raw: { width, height, channels: 4 } })
    .extract({ left: shown.x, top: shown.y, width: shown.width, height: shown.height })
    .composite(marks ? [{ input: Buffer.from(marksSvg(marks, place, shown)) }] : []);
  return new Uint8Array(await drawn.png().toBuffer());
}

/** The map alone: a PNG of the given size. */
export async function mapPng(
  layer: Drawn,
  width: number,
  height: number,
  display: Display,
): Promise<Uint8Array> {
  const rgba = paintMap(gridOf(layer), width, height, display);
  return new Uint8Array(
    await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
}

function gridOf({ width, height, map }: Drawn): Grid {
  return { width, height, values: map };
}

/** @param crop where the model's input lies in what is shown */
function marksSvg(marks: Marks, crop: Rectangle, shown: Rectangle): string {
  const { width, height } = shown;
  const line = outlineWidth(width);
  const outline = outlinePath(marks, crop);
  const beyond = endsAt(crop, shown) ? beyondPath(marks, crop) : '';
  const stroke = (data: string, dash: string): string =>
    [
      `<path d="${data}" stroke="${OUTLINE.below}" stroke-width="${2 * line}"${dash}/>`,
      `<path d="${data}" stroke="${OUTLINE.color}" stroke-width="${line}"${dash}/>`,
    ].join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <g fill="none" stroke-linejoin="round" stroke-linecap="round">
      ${stroke(outline, '')}${stroke(beyond, ` stroke-dasharray="${4 * line}"`)}
    </g>
  </svg>`;
}
