import type { Checkpoint, TimelineNeedPart } from '../../../protocol/timeline.js';
import { checkpointAt, thinned } from '../values/steps.js';
import type { Choice } from './choice.js';
import type { KnownRun, KnownTimeline } from './pageState.js';
import { gridLayers, layerOfRun, type Selection } from './selection.js';

/** As many columns as a figure has room for. */
export const MOST_COLUMNS = 10;

/**
 * What the page shows, in the order in which one looks at it: the checkpoint chosen with those that it is compared with;
 * the grid and then the curves, the newest first; what the other pictures were taken for.
 */
export function wantedParts(
  { runs, pictures }: KnownTimeline,
  { step, pinned, picture, layer, steps }: Selection,
  { rows }: Choice,
): readonly TimelineNeedPart[] {
  if (step === null || !picture) return [];
  const usable = pictures.filter(({ problem }) => problem === null).map(({ id }) => id);
  const own = usable.filter((id) => id === picture.id);
  const others = usable.filter((id) => id !== picture.id);
  const columns = thinned(steps, MOST_COLUMNS);
  const of = runs.map((run) => {
    const can = run.checkpoints.filter(canBeExplained);
    const at = checkpointAt(can, step);
    const tensor = layerOfRun(run, layer)?.tensor;
    return {
      chosen: idsOf([at, previousOf(can, at), pinned === null ? null : checkpointAt(can, pinned)]),
      grid: newestFirst(can.filter((one) => columns.includes(one.step))),
      all: newestFirst(can),
      current: tensor === undefined ? [] : [tensor],
      layers: run.model ? gridLayers(run.model).map((one) => one.tensor) : [],
    };
  });
  const part = (checkpoints: readonly number[], of: readonly number[], layers: readonly string[]) => ({
    checkpoints,
    pictures: of,
    layers,
  });
  return [
    ...of.map(({ chosen, current }) => part(chosen, own, current)),
    ...(rows === 'layers' ? of.map(({ grid, layers }) => part(grid, own, layers)) : []),
    ...of.map(({ all, current }) => part(all, own, current)),
    ...of.map(({ chosen, current }) => part(chosen, others, current)),
    ...(rows === 'pictures' ? of.map(({ grid, current }) => part(grid, others, current)) : []),
  ].filter(({ checkpoints, pictures: probes }) => checkpoints.length > 0 && probes.length > 0);
}

/** What is not whole, failed or was passed over is asked for by `retry` alone. */
function canBeExplained({ state: { kind } }: Checkpoint): boolean {
  return kind !== 'writing' && kind !== 'failed' && kind !== 'skipped';
}

function previousOf(checkpoints: readonly Checkpoint[], at: Checkpoint | null): Checkpoint | null {
  return at && (checkpoints.findLast(({ step }) => step < at.step) ?? null);
}

function newestFirst(checkpoints: KnownRun['checkpoints']): readonly number[] {
  return checkpoints.map(({ id }) => id).reverse();
}

function idsOf(checkpoints: readonly (Checkpoint | null)[]): readonly number[] {
  return [...new Set(checkpoints.flatMap((one) => one?.id ?? []))];
}
