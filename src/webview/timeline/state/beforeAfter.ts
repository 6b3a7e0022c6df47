import type { Checkpoint } from '../../../protocol/timeline.js';
import type { Choice } from './choice.js';
import type { KnownPicture, KnownRun, KnownTimeline } from './pageState.js';
import type { Results } from './results.js';
import { aboutOf, seenOf } from './selection.js';
import { checkpointAt } from '../values/steps.js';
import type { BeforeAfter } from '../values/flips.js';

/** Between which checkpoints of a run predictions are compared. */
export interface Between {
  readonly before: Checkpoint;
  readonly after: Checkpoint;
}

/** The checkpoint chosen and the one before it or pinned; null where they are none or one. */
export function between(
  { checkpoints }: KnownRun,
  step: number,
  against: Choice['against'],
  pinned: number | null,
): Between | null {
  const known = checkpoints.filter(({ state }) => state.kind !== 'failed' && state.kind !== 'skipped');
  const after = checkpointAt(known, step);
  if (!after) return null;
  const before =
    against === 'previous'
      ? (known.findLast((one) => one.step < after.step) ?? null)
      : pinned === null
        ? null
        : checkpointAt(known, pinned);
  return before && before !== after ? { before, after } : null;
}

/** What every picture was taken for at the two. */
export function beforeAfter(
  run: KnownRun,
  { pictures, method }: KnownTimeline,
  results: Results,
  { before, after }: Between,
): readonly BeforeAfter<KnownPicture>[] {
  return pictures.map((picture) => {
    const seen = seenOf(run, results, aboutOf(picture, method));
    const at = ({ id }: Checkpoint) =>
      seen.find(({ checkpoint }) => checkpoint.id === id)?.result.predicted ?? null;
    return { picture, before: at(before), after: at(after) };
  });
}
