import type { Checkpoint } from '../../../protocol/timeline.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { cellState, type CellState } from '../grid/cellState.js';
import type { KnownRun } from '../state/pageState.js';
import type { KnownResult } from '../state/results.js';
import { comparedWith, layerOfRun, seenOf, type Mapped } from '../state/selection.js';
import { useTimeline } from '../state/timeline.js';
import { checkpointAt } from '../values/steps.js';

/** What is large of one run. */
export interface Shown {
  readonly checkpoint: Checkpoint | null;
  readonly layer: LayerChoice | null;
  readonly result: KnownResult | null;
  readonly state: CellState;
  /** What it is compared with. */
  readonly other: Mapped | null;
}

export function useShown(run: KnownRun, step: number): Shown {
  const { selection, results, choice, working } = useTimeline();
  const { about, layer: path, pinned } = selection;
  const layer = layerOfRun(run, path);
  const checkpoint = checkpointAt(run.checkpoints, step);
  const seen = seenOf(run, results, about);
  const result = seen.find((one) => one.checkpoint === checkpoint)?.result ?? null;
  const state = cellState(checkpoint, result, layer?.tensor ?? null, working);
  const other =
    checkpoint && layer
      ? comparedWith(seen, { checkpoint, tensor: layer.tensor }, choice.against, pinned)
      : null;
  return { checkpoint, layer, result, state, other };
}
