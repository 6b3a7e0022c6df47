import type { Display, LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { blockedText } from '../../common/blockedText.js';
import { flatText } from '../../common/flatText.js';
import type { Figure, FigureBar, FigureCell } from '../../figure/figure.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import type { Page } from '../../state/page.js';
import { gridOf, type Scale } from '../../state/selectors.js';
import { figureHead } from '../shared/figureHead.js';
import { drawNote } from '../shared/figureNote.js';
import { partNote } from '../shared/RunOffer.js';
import type { CompareChoice } from './compareChoice.js';
import { columnName, columnsOf, modelOf, rowNote, stateAt, type Column, type Sides } from './sides.js';

const CELL = 200;

export interface CompareFigure {
  readonly title: string;
  readonly subtitle: string;
  readonly choice: CompareChoice;
  readonly sides: Sides;
  /** What the model of the panel saw. */
  readonly picture: Picture;
  readonly display: Display;
  /** What the colours mean. */
  readonly bar: FigureBar;
  readonly scaleOf: (layer: LayerExplanation) => Scale;
}

type FigureTexts = Pick<Page, 'strings' | 'percent'>;

/** The grid as one picture. */
export function compareFigure(of: CompareFigure, texts: FigureTexts): Figure {
  const { strings } = texts;
  const { title, subtitle, choice, sides, picture, display, bar } = of;
  const { width, height } = picture.crop;
  const columns = columnsOf(choice.methods, sides);
  return {
    title,
    subtitle,
    ...figureHead(picture, display, [bar]),
    columns: columns.map((column) => columnName(column.method, modelOf(column, sides))),
    rows: choice.layers.map((row) => ({
      label: `${row.path} ${rowNote(row, sides, strings)}`,
      cells: columns.map((column) => cellOf(column, row, of, texts)),
    })),
    cellWidth: CELL,
    cellHeight: Math.round((CELL * height) / width),
  };
}

function cellOf(
  column: Column,
  row: LayerChoice,
  { display: base, scaleOf }: CompareFigure,
  texts: FigureTexts,
): FigureCell {
  const { strings } = texts;
  const { side, method } = column;
  const { picture } = side.subject;
  const state = stateAt(column, row);
  const layer = 'layer' in state ? state.layer : null;
  const flat = layer && flatText(side.layerOf(row) ?? row, layer, strings);
  if (!layer || !picture || flat !== null) {
    const reason = state.kind === 'blocked' ? blockedText(state.blocker, strings) : strings.notComputed;
    return {
      captions: [],
      draw: (context, width, height) => {
        drawNote(context, flat ?? reason, width, height);
      },
    };
  }
  const through = side.cells.results.partial(method, side.target, layer.tensor);
  const overlay = { picture, grid: gridOf(layer), display: { ...base, scale: scaleOf(layer) } };
  return {
    captions: partNote(through, texts),
    draw: (context, width, height) => {
      drawWholeOverlay(context, overlay, { width, height });
    },
  };
}
