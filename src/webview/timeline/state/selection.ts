import type { Checkpoint, TimelineLayer } from '../../../protocol/timeline.js';
import { depthStages } from '../../../protocol/depthStages.js';
import { layerChoices, type LayerChoice } from '../../layers/layerChoices.js';
import type { ModelInfo } from '../../../protocol/model.js';
import { stepsOf } from '../values/steps.js';
import type { Choice } from './choice.js';
import type { KnownPicture, KnownRun, KnownTimeline } from './pageState.js';
import { resultOf, type About, type KnownResult, type Results } from './results.js';

/** What of the timeline is in sight. */
export interface Selection {
  /** Of all runs. */
  readonly steps: readonly number[];
  /** Where the slider stands; null where there is no checkpoint. */
  readonly step: number | null;
  /** null where none is pinned. */
  readonly pinned: number | null;
  /** null where there is none. */
  readonly picture: KnownPicture | null;
  /** null until its class is known. */
  readonly about: About | null;
  /** Path of the layer in the tree; null until a model is known. */
  readonly layer: string | null;
}

export function selectionOf(timeline: KnownTimeline, results: Results, choice: Choice): Selection {
  const { runs, pictures, method } = timeline;
  const steps = stepsOf(runs);
  const picture = pictures.find(({ path }) => path === choice.picture) ?? pictures[0] ?? null;
  const about = picture && aboutOf(picture, method);
  const model = runs.find((run) => run.model)?.model ?? null;
  const layer = model && layerIn(model, choice.layer);
  const wanted = choice.step ?? newestSeen(runs, results, about) ?? Infinity;
  const step = steps.findLast((one) => one <= wanted) ?? steps[0] ?? null;
  const pinned = steps.find((one) => one === choice.pinned) ?? null;
  return { steps, step, pinned, picture, about, layer };
}

/** null until the picture's class is known. */
export function aboutOf({ id, target }: KnownPicture, method: About['method']): About | null {
  return target && { picture: id, method, target: target.index };
}

/** The layer of this path in a run's model; null where it has none. */
export function layerOfRun({ model }: KnownRun, path: string | null): LayerChoice | null {
  return (model && layerChoices(model).find((layer) => layer.path === path)) ?? null;
}

/** The rows of a grid of layers: from shallow to deep, without those that nothing explains. */
export function gridLayers(model: ModelInfo): readonly LayerChoice[] {
  const blocked = new Set(model.layers.filter((layer) => layer.blockedBy).map(({ tensor }) => tensor));
  return depthStages(model.tree, layerChoices(model)).filter(({ tensor }) => !blocked.has(tensor));
}

/** The layer chosen where the model has it, else the deepest that can be explained. */
function layerIn(model: ModelInfo, chosen: string | null): string | null {
  const isThere = layerChoices(model).some(({ path }) => path === chosen);
  return isThere ? chosen : (gridLayers(model).at(-1)?.path ?? null);
}

/** One checkpoint with what is known of it. */
export interface Seen {
  readonly checkpoint: Checkpoint;
  readonly result: KnownResult;
}

/** The checkpoints of a run of which something is known, by rising step. */
export function seenOf(run: KnownRun, results: Results, about: About | null): readonly Seen[] {
  if (!about) return [];
  return run.checkpoints.flatMap((checkpoint) => {
    const result = resultOf(results, checkpoint.id, about);
    return result ? [{ checkpoint, result }] : [];
  });
}

/** A checkpoint with the map of one layer. */
export interface Mapped {
  readonly checkpoint: Checkpoint;
  readonly layer: TimelineLayer;
}

/** What a run's chosen checkpoint is compared with: the nearest one before it that has a map, or the pinned one. */
export function comparedWith(
  seen: readonly Seen[],
  { checkpoint, tensor }: { readonly checkpoint: Checkpoint; readonly tensor: string },
  against: Choice['against'],
  pinned: number | null,
): Mapped | null {
  if (against === 'pinned') return pinnedMap(seen, tensor, pinned);
  return mapsOf(seen, tensor).findLast((one) => one.checkpoint.step < checkpoint.step) ?? null;
}

/** The map of the step pinned, or the last one before it. */
export function pinnedMap(seen: readonly Seen[], tensor: string, pinned: number | null): Mapped | null {
  if (pinned === null) return null;
  return mapsOf(seen, tensor).findLast((one) => one.checkpoint.step <= pinned) ?? null;
}

function mapsOf(seen: readonly Seen[], tensor: string): readonly Mapped[] {
  return seen.flatMap(({ checkpoint, result }) => {
    const layer = result.layers.get(tensor);
    return layer ? [{ checkpoint, layer }] : [];
  });
}

function newestSeen(runs: readonly KnownRun[], results: Results, about: About | null): number | null {
  const steps = runs.flatMap((run) => seenOf(run, results, about).at(-1)?.checkpoint.step ?? []);
  return steps.length > 0 ? Math.max(...steps) : null;
}
