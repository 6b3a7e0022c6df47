import type { ClassValue, Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import type { Figure, FigureCell, FigureRow } from '../../figure/figure.js';
import { FONTS } from '../../figure/fonts.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { gridOf } from '../../state/selectors.js';
import { layerNames } from './choice.js';
import type { ClassRow } from './ClassGrid.js';
import { correlationText, pairLabel } from './CorrelationText.js';
import { axisLow, axisTicks, type Pair } from './pairs.js';

const CELL = 128;
/** Above and below the plot's axis, so that points at its ends are whole. */
const PLOT_MARGIN = 8;

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
  strings: PanelStrings,
  classValue: (of: ClassValue) => string,
): Figure {
  const { rows, layers, pairs, labels, picture } = subject;
  const { crop } = picture;
  const low = axisLow(pairs);
  const mapRows = rows.map((row): FigureRow => ({
    label: `${row.label} ${classValue(row)}`,
    cells: row.layers.map((layer) => layer && mapCell(layer, subject)),
  }));
  const plotRows = pairs.map((pair): FigureRow => ({
    label: `${strings.classesCorrelation}: ${pairLabel(pair, labels, strings)}`,
    cells: pair.values.map((value, column) => ({
      captions: [correlationText(value, strings)],
      draw: (context, width, height) => {
        drawPlot(context, { values: pair.values, column, low }, width, height);
      },
    })),
  }));
  const method = METHOD_FACTS[subject.method].label;
  return {
    title: `${subject.image}: ${fill(strings.classesFigure, { method })}`,
    subtitle: subject.model,
    columns: layerNames(layers),
    rows: [...mapRows, ...plotRows],
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}

function mapCell(layer: LayerExplanation, { picture, display }: ClassesSubject): FigureCell {
  return {
    captions: [],
    draw: (context, width, height) => {
      drawWholeOverlay(context, { picture, grid: gridOf(layer), display }, { width, height });
    },
  };
}

interface PlotPart {
  readonly values: Pair['values'];
  readonly column: number;
  /** Lowest value of the axis; its highest is 1. */
  readonly low: number;
}

/** One layer's part of the plot: its point, and the lines half way to those of its neighbours. */
function drawPlot(
  context: CanvasRenderingContext2D,
  { values, column, low }: PlotPart,
  width: number,
  height: number,
): void {
  const y = (value: number): number => PLOT_MARGIN + ((1 - value) / (1 - low)) * (height - 2 * PLOT_MARGIN);
  context.strokeStyle = '#d0d0d0';
  context.lineWidth = 1;
  context.fillStyle = '#767676';
  context.font = FONTS.caption;
  context.textBaseline = 'middle';
  for (const tick of axisTicks(low)) {
    const label = column === 0 ? `${formatValue(tick)} ` : '';
    context.fillText(label, 0, y(tick));
    context.beginPath();
    context.moveTo(context.measureText(label).width, y(tick));
    context.lineTo(width, y(tick));
    context.stroke();
  }
  const here = values[column];
  if (typeof here !== 'number') return;
  context.strokeStyle = '#0063d3';
  context.fillStyle = '#0063d3';
  context.lineWidth = 2;
  for (const side of [-1, 1]) {
    const beside = values[column + side];
    if (typeof beside !== 'number') continue;
    context.beginPath();
    context.moveTo(width / 2, y(here));
    context.lineTo(width / 2 + (side * width) / 2, y((here + beside) / 2));
    context.stroke();
  }
  context.beginPath();
  context.arc(width / 2, y(here), 4, 0, 2 * Math.PI);
  context.fill();
}
