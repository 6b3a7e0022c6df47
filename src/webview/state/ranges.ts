import type { Explanation } from '../../protocol/explanation.js';
import { extentOf } from '../../heatmap/normalize.js';

/** The lowest and highest value of every layer over the classes explained so far: the shared scale. */
export interface SharedRanges {
  /** Tells what the classes must have in common to be compared. */
  readonly subject: string;
  readonly targets: ReadonlySet<number>;
  readonly byTensor: ReadonlyMap<string, readonly [number, number]>;
}

export const NO_RANGES: SharedRanges = { subject: '', targets: new Set(), byTensor: new Map() };

/** The ranges widened by one more explanation, or begun anew where it is of another subject. */
export function widen(ranges: SharedRanges, subject: string, explanation: Explanation): SharedRanges {
  const before = ranges.subject === subject ? ranges : NO_RANGES;
  const byTensor = new Map(before.byTensor);
  for (const { tensor, map } of explanation.layers) {
    const [low, high] = extentOf(map);
    const [seenLow, seenHigh] = byTensor.get(tensor) ?? [low, high];
    byTensor.set(tensor, [Math.min(low, seenLow), Math.max(high, seenHigh)]);
  }
  return { subject, targets: new Set([...before.targets, explanation.target.index]), byTensor };
}
