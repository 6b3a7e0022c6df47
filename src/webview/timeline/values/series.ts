import type { Prediction } from '../../../protocol/explanation.js';
import type { Checkpoint, TimelineLayer } from '../../../protocol/timeline.js';
import { correlation } from '../../../heatmap/correlation.js';
import { intersectionOverUnion } from '../../../heatmap/iou.js';
import { maskOf } from '../../../heatmap/mask.js';
import { hoyerSparsity } from '../../../heatmap/weights.js';
import { topChange, type TopChange } from './topChannels.js';

/** One checkpoint as far as it is known. */
export interface SeenCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly target: Prediction;
  readonly predicted: Prediction;
  /** null where the layer has no map. */
  readonly layer: TimelineLayer | null;
}

/** What marks the object in the model's input: 1 in every pixel that somebody marked. */
export interface Marked {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** The numbers of one checkpoint; null where there is none. */
export interface StepValues {
  readonly checkpoint: Checkpoint;
  readonly target: Prediction;
  readonly predicted: Prediction;
  /** Pearson's correlation of the map with that of the last checkpoint seen, and of the pinned one. */
  readonly withLast: number | null;
  readonly withPinned: number | null;
  readonly hoyer: number | null;
  /** Σ R / s. */
  readonly relevanceSum: number | null;
  /** What exceeds mean + σ of the map, against what is marked. */
  readonly iou: number | null;
  /** Against the checkpoint seen before. */
  readonly top: TopChange | null;
}

/**
 * @param seen by rising step
 * @param pinned the map to compare with
 * @param marked null where nothing is
 */
export function seriesOf(
  seen: readonly SeenCheckpoint[],
  pinned: TimelineLayer | null,
  marked: Marked | null,
): readonly StepValues[] {
  const last = seen.findLast(({ layer }) => layer)?.layer ?? null;
  let before: TimelineLayer | null = null;
  return seen.map(({ checkpoint, target, predicted, layer }) => {
    const values = { checkpoint, target, predicted, ...valuesOf(layer, { before, last, pinned, marked }) };
    before = layer ?? before;
    return values;
  });
}

interface Others {
  readonly before: TimelineLayer | null;
  readonly last: TimelineLayer | null;
  readonly pinned: TimelineLayer | null;
  readonly marked: Marked | null;
}

const NO_VALUES = { withLast: null, withPinned: null, hoyer: null, relevanceSum: null, iou: null, top: null };

function valuesOf(
  layer: TimelineLayer | null,
  { before, last, pinned, marked }: Others,
): Omit<StepValues, 'checkpoint' | 'target' | 'predicted'> {
  if (!layer) return NO_VALUES;
  return {
    withLast: last && agreement(layer, last),
    withPinned: pinned && agreement(layer, pinned),
    hoyer: layer.weights && hoyerSparsity(layer.weights),
    relevanceSum: layer.relevanceSum,
    iou: marked && iouOf(layer, marked),
    top: topChange(layer.top, before?.top ?? null),
  };
}

/** null where one of the maps says nothing, or they are not of one size. */
function agreement(a: TimelineLayer, b: TimelineLayer): number | null {
  return a.map.length === b.map.length ? correlation(a.map, b.map) : null;
}

/** A layer is of one picture and class, of which always the same is marked; it is enlarged once, whatever comes after it. */
const ious = new WeakMap<TimelineLayer, number | null>();

function iouOf(layer: TimelineLayer, marked: Marked): number | null {
  const before = ious.get(layer);
  if (before !== undefined) return before;
  const { map, width, height } = layer;
  const kept = maskOf({ width, height, values: map }, marked.width, marked.height);
  const iou = intersectionOverUnion(kept, marked.inside);
  ious.set(layer, iou);
  return iou;
}
