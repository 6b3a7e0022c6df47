import type { Display, Picture } from '../../../protocol/explanation.js';
import type { Grid } from '../../../heatmap/grid.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { formatValue } from '../../../protocol/numbers.js';
import type { Figure } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';

const CELL = 280;

export interface ChannelFigureTexts {
  readonly title: string;
  readonly subtitle: string;
}

/** A channel's maps side by side, each with the ends of its scale. */
export function channelFigure(
  maps: readonly { readonly title: string; readonly grid: Grid }[],
  picture: Picture,
  display: Display,
  texts: ChannelFigureTexts,
): Figure {
  const { crop } = picture;
  return {
    ...texts,
    columns: maps.map(({ title }) => title),
    rows: [
      {
        label: '',
        cells: maps.map(({ grid }) => {
          const scale = signedExtentOf(grid.values);
          const overlay = { picture, grid, display: { ...display, scale } };
          return {
            captions: [`${scale.map(formatValue).join(' … ')}, ${display.colorMap}`],
            draw: (context, width, height) => {
              drawWholeOverlay(context, overlay, { width, height });
            },
          };
        }),
      },
    ],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}
