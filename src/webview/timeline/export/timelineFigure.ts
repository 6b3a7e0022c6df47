import type { Checkpoint } from '../../../protocol/timeline.js';
import type { Figure, FigureCell } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { drawNote } from '../../views/shared/figureNote.js';
import { cellNote } from '../grid/cellState.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import { rowsOf, type GridRow } from '../grid/rows.js';
import type { Timeline } from '../state/timeline.js';
import { MOST_COLUMNS } from '../state/wanted.js';
import { stepText } from '../stepText.js';
import { thinned } from '../values/steps.js';

const CELL = 160;

/** The grid as one picture, one run below the other. */
export function timelineFigure(page: Timeline, words: Pick<Figure, 'title' | 'subtitle'>): Figure {
  const { timeline, selection, strings } = page;
  const { runs } = timeline;
  const columns = thinned(selection.steps, MOST_COLUMNS);
  const crop = selection.picture?.picture?.crop ?? { width: 1, height: 1 };
  const unit = runs[0]?.unit ?? 'step';
  return {
    ...words,
    columns: columns.map((step) => stepText(unit, step, strings)),
    rows: runs.flatMap((run) =>
      rowsOf(run, selection.step ?? 0, page).map((row) => ({
        label: runs.length > 1 ? `${run.name} ${row.name}` : row.name,
        cells: columns.map((step) => {
          const checkpoint = run.checkpoints.find((one) => one.step === step) ?? null;
          return cellOf(row, checkpoint, page);
        }),
      })),
    ),
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}

function cellOf(
  row: GridRow,
  checkpoint: Checkpoint | null,
  { strings, classValue, display }: Timeline,
): FigureCell {
  const state = row.stateAt(checkpoint);
  const predicted = row.resultAt(checkpoint)?.predicted;
  const captions = predicted ? [`${predicted.label} ${classValue(predicted)}`] : [];
  const { picture } = row;
  if (state.kind !== 'known' || !picture) {
    const note = cellNote(state, strings) ?? '';
    return {
      captions,
      draw: (context, width, height) => {
        drawNote(context, note, width, height);
      },
    };
  }
  const grid = gridOfLayer(state.layer);
  return {
    captions,
    draw: (context, width, height) => {
      drawWholeOverlay(context, { picture, grid, display }, { width, height });
    },
  };
}
