import type { Checkpoint } from '../../../protocol/timeline.js';
import type { Figure, FigureCell } from '../../figure/figure.js';
import { drawWholeOverlay } from '../../picture/overlay.js';
import { figureHead, ownBars, shownBars } from '../../views/shared/figureHead.js';
import { drawNote } from '../../views/shared/figureNote.js';
import { cellNote } from '../grid/cellState.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import { rowsOf, type GridRow } from '../grid/rows.js';
import type { KnownRun } from '../state/pageState.js';
import type { Timeline } from '../state/timeline.js';
import { MOST_COLUMNS } from '../state/wanted.js';
import { stepText } from '../stepText.js';
import { thinned } from '../values/steps.js';

const CELL = 160;

/** The grid as one picture, one run below the other. */
export function timelineFigure(page: Timeline, words: Pick<Figure, 'title' | 'subtitle'>): Figure {
  const { timeline, selection, display, strings } = page;
  const { runs } = timeline;
  const columns = thinned(selection.steps, MOST_COLUMNS);
  const crop = selection.picture?.picture?.crop ?? { width: 1, height: 1 };
  const unit = runs[0]?.unit ?? 'step';
  const rows = runs.flatMap((run) => rowsOf(run, selection.step ?? 0, page).map((row) => ({ run, row })));
  const maps = rows.flatMap(({ run, row }) =>
    columns.flatMap((step) => {
      const state = row.stateAt(checkpointAt(run, step));
      return state.kind === 'known' ? state.layer.map : [];
    }),
  );
  const bars = ownBars(maps, display, strings);
  // Rows of pictures show several, each in its row.
  const [picture, ...others] = new Set(rows.map(({ row }) => row.picture));
  return {
    ...words,
    ...(picture && others.length === 0
      ? figureHead(picture, display, bars)
      : { input: null, bars: shownBars(display, bars) }),
    columns: columns.map((step) => stepText(unit, step, strings)),
    rows: rows.map(({ run, row }) => ({
      label: runs.length > 1 ? `${run.name} ${row.name}` : row.name,
      cells: columns.map((step) => cellOf(row, checkpointAt(run, step), page)),
    })),
    cellWidth: CELL,
    cellHeight: Math.round((CELL * crop.height) / crop.width),
  };
}

function checkpointAt({ checkpoints }: KnownRun, step: number): Checkpoint | null {
  return checkpoints.find((one) => one.step === step) ?? null;
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
