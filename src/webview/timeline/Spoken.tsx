import type { VNode } from 'preact';
import { fill } from '../common/format.js';
import { seenOf } from './state/selection.js';
import { useTimeline } from './state/timeline.js';
import { stepText } from './stepText.js';
import { checkpointAt } from './values/steps.js';

/** Says what the checkpoint chosen predicts, whenever another one is chosen or it becomes known. */
export function Spoken({ step }: { readonly step: number }): VNode {
  const { timeline, selection, results, strings, classValue } = useTimeline();
  const said = timeline.runs.flatMap((run) => {
    const at = checkpointAt(run.checkpoints, step);
    const seen = seenOf(run, results, selection.about).find(({ checkpoint }) => checkpoint === at);
    if (!seen) return [];
    const { predicted } = seen.result;
    const name = stepText(run.unit, seen.checkpoint.step, strings);
    return fill(strings.timelineAnnounce, {
      step: name,
      label: predicted.label,
      probability: classValue(predicted),
    });
  });
  return (
    <div class="spoken" aria-live="polite">
      {said.join(' ')}
    </div>
  );
}
