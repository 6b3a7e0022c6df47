import type { Display, Picture } from '../../../protocol/explanation.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { flatValuesText } from '../../common/flatText.js';
import type { Figure, FigureCell, FigureRow } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { axisLow, type Values } from '../shared/correlationAxis.js';
import { figureHead, ownBars } from '../shared/figureHead.js';
import { drawNote } from '../shared/figureNote.js';
import { drawPlotPart } from '../shared/figurePlot.js';
import { correlationText } from '../shared/formatCorrelation.js';
import { curvesOf, namedSteps, type Chain } from './steps.js';

const CELL = 128;

export interface SanitySubject {
  readonly chain: Chain;
  readonly picture: Picture;
  readonly display: Display;
}

/** The chain of maps as one picture, with both curves below it. */
export function sanityFigure(
  subject: SanitySubject,
  words: Pick<Figure, 'title' | 'subtitle'>,
  strings: PanelStrings,
): Figure {
  const { chain, picture, display } = subject;
  const steps = namedSteps(chain, strings);
  const maps = steps.flatMap(({ step }) => step?.map ?? []);
  const curves = curvesOf(chain);
  const low = axisLow(curves);
  const curveRow = (label: string, values: Values): FigureRow => ({
    label,
    cells: values.map((value, column) => ({
      captions: [correlationText(value, strings)],
      draw: (context, width, height) => {
        drawPlotPart(context, { values, column, low }, width, height);
      },
    })),
  });
  const [rank, ssim] = curves;
  return {
    ...words,
    ...figureHead(picture, display, ownBars(maps, display, strings)),
    columns: steps.map(({ name }) => name),
    rows: [
      { label: '', cells: steps.map(({ step }) => step && mapCell(step.map, subject, strings)) },
      curveRow(strings.sanityRank, rank),
      curveRow(strings.sanitySsim, ssim),
    ],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * picture.crop.height) / picture.crop.width),
  };
}

function mapCell(
  map: Float32Array | null,
  { chain: { width, height }, picture, display }: SanitySubject,
  strings: PanelStrings,
): FigureCell {
  const note = map === null ? strings.sanityNotFinite : flatValuesText(map, strings);
  return {
    captions: [],
    draw: (context, cellWidth, cellHeight) => {
      if (map === null || note !== null) drawNote(context, note ?? '', cellWidth, cellHeight);
      else {
        const grid = { width, height, values: map };
        drawWholeOverlay(context, { picture, grid, display }, { width: cellWidth, height: cellHeight });
      }
    },
  };
}
