import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { fill } from '../../common/format.js';
import type { Figure, FigureCell } from '../../figure/figure.js';
import { partNote } from '../shared/RunOffer.js';
import { drawLocalised } from './drawLocalised.js';
import { localisedOf, type Shot, type MarkedPicture } from './Shots.js';

const CELL = 224;

export interface FigureTexts {
  readonly strings: PanelStrings;
  readonly percent: (fraction: number) => string;
  readonly title: string;
  /** What is marked. */
  readonly subtitle: string;
  /** Above the picture as it is. */
  readonly picture: string;
}

/** The view as one picture: what is marked, then what each method keeps. A method without a map is left out. */
export function localisationFigure(shots: readonly Shot[], base: MarkedPicture, texts: FigureTexts): Figure {
  const { strings, percent, title, subtitle } = texts;
  const { crop } = base.picture;
  const known = shots.flatMap(({ method, layer, through }) =>
    layer
      ? [
          {
            label: METHOD_FACTS[method].label,
            shown: localisedOf(layer, base),
            notes: partNote(through, texts),
          },
        ]
      : [],
  );
  const cells = known.map(({ shown, notes }): FigureCell => ({
    captions: [
      ...(shown.iou === null ? [] : [fill(strings.localisationIou, { value: shown.iou.toFixed(2) })]),
      fill(strings.localisationKept, { share: percent(shown.share) }),
      ...notes,
    ],
    draw: (context, width, height) => {
      drawLocalised(context, shown, { width, height });
    },
  }));
  const plain: FigureCell = {
    captions: [],
    draw: (context, width, height) => {
      drawLocalised(context, { ...base, kept: null }, { width, height });
    },
  };
  return {
    title,
    subtitle,
    // Its first cell is the picture, and no colours stand for values.
    ...{ input: null, bars: [] },
    columns: [texts.picture, ...known.map(({ label }) => label)],
    rows: [{ label: '', cells: [plain, ...cells] }],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}
