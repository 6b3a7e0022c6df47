import type { Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { flatText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import type { Figure, FigureCell, FigureRow } from '../../figure/figure.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import type { Page } from '../../state/page.js';
import { gridOf } from '../../state/selectors.js';
import { axisLow } from '../shared/correlationAxis.js';
import { figureHead, ownBars } from '../shared/figureHead.js';
import { drawNote } from '../shared/figureNote.js';
import { drawPlotPart } from '../shared/figurePlot.js';
import { correlationText } from '../shared/formatCorrelation.js';
import { partNote } from '../shared/RunOffer.js';
import { layerNames } from './choice.js';
import type { ClassRow } from './ClassGrid.js';
import { pairLabel } from './CorrelationText.js';
import type { Pair } from './pairs.js';

const CELL = 128;

export interface ClassesSubject {
  readonly rows: readonly ClassRow[];
  readonly layers: readonly LayerChoice[];
  readonly pairs: readonly Pair[];
  /** The model's. */
  readonly labels: readonly string[];
  readonly picture: Picture;
  readonly display: Display;
  readonly method: MethodId;
  /** Names of the picture and the model. */
  readonly image: string;
  readonly model: string;
}

/** The view as one picture: a row of maps for each class, then a plot by depth for each pair. */
export function classesFigure(
  subject: ClassesSubject,
  texts: Pick<Page, 'strings' | 'percent' | 'classValue'>,
): Figure {
  const { strings, classValue } = texts;
  const { rows, layers, pairs, labels, picture, display } = subject;
  const { crop } = picture;
  const maps = rows.flatMap((row) => row.layers.flatMap((layer) => layer?.map ?? []));
  const low = axisLow(pairs.map(({ values }) => values));
  const mapRows = rows.map((row): FigureRow => ({
    label: `${row.label} ${classValue(row)}`,
    cells: layers.map((info, column) => {
      const layer = row.layers[column];
      if (!layer) return null;
      const captions = partNote(row.through[column] ?? null, texts);
      return { captions, draw: mapDrawing(info, layer, subject, strings) };
    }),
  }));
  const plotRows = pairs.map((pair): FigureRow => ({
    label: `${strings.classesCorrelation}: ${pairLabel(pair, labels, strings)}`,
    cells: pair.values.map((value, column) => ({
      captions: [correlationText(value, strings)],
      draw: (context, width, height) => {
        drawPlotPart(context, { values: pair.values, column, low }, width, height);
      },
    })),
  }));
  const method = METHOD_FACTS[subject.method].label;
  return {
    title: `${subject.image}: ${fill(strings.classesFigure, { method })}`,
    subtitle: subject.model,
    ...figureHead(picture, display, ownBars(maps, display, strings)),
    columns: layerNames(layers),
    rows: [...mapRows, ...plotRows],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}

function mapDrawing(
  info: LayerChoice,
  layer: LayerExplanation,
  { picture, display }: ClassesSubject,
  strings: PanelStrings,
): FigureCell['draw'] {
  const flat = flatText(info, layer, strings);
  return (context, width, height) => {
    if (flat === null)
      drawWholeOverlay(context, { picture, grid: gridOf(layer), display }, { width, height });
    else drawNote(context, flat, width, height);
  };
}
