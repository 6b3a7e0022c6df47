import type { ModelInfo } from '../../../protocol/model.js';
import { regionsMask } from '../../../heatmap/iou.js';
import { regionsFor } from '../../views/localisation/localise.js';
import type { KnownPicture, KnownRun } from '../state/pageState.js';
import { layerOfRun, seenOf } from '../state/selection.js';
import type { Timeline } from '../state/timeline.js';
import { seriesOf, type Marked, type StepValues } from '../values/series.js';
import { checkpointAt } from '../values/steps.js';

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
  const seen = seenOf(run, results, about).map(({ checkpoint, result }) => ({
    checkpoint,
    target: result.target,
    predicted: result.predicted,
    layer: result.layers.get(tensor) ?? null,
  }));
  const mapped = seen.filter(({ layer }) => layer);
  const checkpoints = mapped.map(({ checkpoint }) => checkpoint);
  const at = pinned === null ? null : checkpointAt(checkpoints, pinned);
  const compared = mapped.find(({ checkpoint }) => checkpoint === at)?.layer ?? null;
  return { run, values: seriesOf(seen, compared, run.model && picture && markedIn(picture, run.model)) };
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
