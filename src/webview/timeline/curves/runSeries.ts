import type { ModelInfo } from '../../../protocol/model.js';
import { regionsFor, regionsMask } from '../../../heatmap/iou.js';
import type { KnownPicture, KnownRun } from '../state/pageState.js';
import { layerOfRun, pinnedMap, seenOf } from '../state/selection.js';
import type { Timeline } from '../state/timeline.js';
import { seriesOf, type Marked, type StepValues } from '../values/series.js';

export interface RunSeries {
  readonly run: KnownRun;
  /** By rising step. */
  readonly values: readonly StepValues[];
}

/** The numbers of a run for the picture and the layer chosen. */
export function seriesOfRun(
  run: KnownRun,
  { selection, results }: Pick<Timeline, 'selection' | 'results'>,
): RunSeries {
  const { picture, about, layer: path, pinned } = selection;
  const tensor = layerOfRun(run, path)?.tensor ?? '';
  const seen = seenOf(run, results, about);
  const checkpoints = seen.map(({ checkpoint, result }) => ({
    checkpoint,
    target: result.target,
    predicted: result.predicted,
    layer: result.layers.get(tensor) ?? null,
  }));
  const compared = pinnedMap(seen, tensor, pinned)?.layer ?? null;
  const marked = run.model && picture && markedIn(picture, run.model);
  return { run, values: seriesOf(checkpoints, compared, marked) };
}

/** What is marked of the class explained; null where nothing is. */
function markedIn({ annotations, target }: KnownPicture, { preprocessing }: ModelInfo): Marked | null {
  if (!annotations || !target) return null;
  const regions = regionsFor(annotations.regions, target.index);
  if (regions.length === 0) return null;
  const { inputWidth: width, inputHeight: height } = preprocessing;
  const shapes = regions.map(({ shape }) => shape);
  return { width, height, inside: regionsMask(shapes, width, height) };
}
