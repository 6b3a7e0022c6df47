import type { Picture } from '../../../protocol/explanation.js';
import type { Checkpoint } from '../../../protocol/timeline.js';
import { fill } from '../../common/format.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { beforeAfter, between } from '../state/beforeAfter.js';
import type { KnownPicture, KnownRun } from '../state/pageState.js';
import { resultOf, type About, type KnownResult } from '../state/results.js';
import { aboutOf, gridLayers, layerOfRun } from '../state/selection.js';
import type { Timeline } from '../state/timeline.js';
import { flippedFirst, isFlip } from '../values/flips.js';
import { cellState, type CellState } from './cellState.js';

/** One layer of the chosen picture, or one picture at the chosen layer. */
export interface GridRow {
  readonly key: string;
  readonly name: string;
  /** In small, below the name. */
  readonly note: string;
  /** What the large map shows. */
  readonly isCurrent: boolean;
  readonly info: LayerChoice | null;
  readonly picture: Picture | null;
  readonly stateAt: (checkpoint: Checkpoint | null) => CellState;
  readonly resultAt: (checkpoint: Checkpoint | null) => KnownResult | null;
  /** Makes it current. */
  readonly choose: () => void;
}

export function rowsOf(run: KnownRun, step: number, timeline: Timeline): readonly GridRow[] {
  return timeline.choice.rows === 'layers' ? layerRows(run, timeline) : pictureRows(run, step, timeline);
}

function layerRows(run: KnownRun, page: Timeline): readonly GridRow[] {
  const { selection, choose, strings } = page;
  const { picture, about } = selection;
  const layers = run.model ? gridLayers(run.model) : [];
  return layers.map((layer) => ({
    key: layer.tensor,
    name: layer.path,
    note: fill(strings.layerSize, { height: layer.height, width: layer.width }),
    isCurrent: layer.path === selection.layer,
    ...cellsOf(page, layer, picture, about),
    choose: () => {
      choose({ layer: layer.path });
    },
  }));
}

/** Those whose prediction changed come first. */
function pictureRows(run: KnownRun, step: number, page: Timeline): readonly GridRow[] {
  const { timeline, selection, results, choice, choose, strings } = page;
  const layer = layerOfRun(run, selection.layer);
  const pair = between(run, step, choice.against, selection.pinned);
  const rows = pair
    ? flippedFirst(beforeAfter(run, timeline, results, pair))
    : timeline.pictures.map((picture) => ({ picture, before: null, after: null }));
  return rows.map((row) => {
    const { picture, before, after } = row;
    const flip = { before: before?.label ?? '', after: after?.label ?? '' };
    return {
      key: picture.path,
      name: picture.name,
      note: isFlip(row) ? fill(strings.timelineChanged, flip) : (picture.target?.label ?? ''),
      isCurrent: picture === selection.picture,
      ...cellsOf(page, layer, picture, aboutOf(picture, timeline.method)),
      choose: () => {
        choose({ picture: picture.path });
      },
    };
  });
}

function cellsOf(
  { results, working }: Timeline,
  info: LayerChoice | null,
  picture: KnownPicture | null,
  about: About | null,
): Pick<GridRow, 'info' | 'picture' | 'stateAt' | 'resultAt'> {
  const resultAt = (checkpoint: Checkpoint | null): KnownResult | null =>
    checkpoint && about && resultOf(results, checkpoint.id, about);
  return {
    info,
    picture: picture?.picture ?? null,
    resultAt,
    stateAt: (checkpoint) => cellState(checkpoint, resultAt(checkpoint), info?.tensor ?? null, working),
  };
}
