import type { Display, Picture } from '../../../protocol/explanation.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Grid } from '../../../heatmap/grid.js';
import { signedExtentOf } from '../../../heatmap/normalize.js';
import { flatValuesText } from '../../common/flatText.js';
import type { Figure, FigureCell } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { figureHead } from '../shared/figureHead.js';
import { drawNote } from '../shared/figureNote.js';

const CELL = 280;

export interface ChannelFigureTexts {
  readonly title: string;
  readonly subtitle: string;
}

/** A channel's maps side by side, each with a colour bar of its own. */
export function channelFigure(
  maps: readonly { readonly title: string; readonly grid: Grid }[],
  picture: Picture,
  display: Display,
  texts: ChannelFigureTexts,
  strings: PanelStrings,
): Figure {
  const { crop } = picture;
  return {
    ...texts,
    ...figureHead(
      picture,
      display,
      maps.flatMap(({ title, grid }) =>
        flatValuesText(grid.values, strings) === null
          ? { colorMap: display.colorMap, scale: signedExtentOf(grid.values), note: title }
          : [],
      ),
    ),
    columns: maps.map(({ title }) => title),
    rows: [
      {
        label: '',
        cells: maps.map(({ grid }) => mapCell(grid, picture, display, strings)),
      },
    ],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}

function mapCell(grid: Grid, picture: Picture, display: Display, strings: PanelStrings): FigureCell {
  const flat = flatValuesText(grid.values, strings);
  if (flat !== null) {
    return {
      captions: [],
      draw: (context, width, height) => {
        drawNote(context, flat, width, height);
      },
    };
  }
  const scale = signedExtentOf(grid.values);
  return {
    captions: [],
    draw: (context, width, height) => {
      drawWholeOverlay(context, { picture, grid, display: { ...display, scale } }, { width, height });
    },
  };
}
