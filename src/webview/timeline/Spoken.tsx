import type { VNode } from 'preact';
import type { NeedStatus } from '../../protocol/panel.js';
import { fill } from '../common/format.js';
import { useSpokenProgress } from '../status/spokenProgress.js';
import { seenOf } from './state/selection.js';
import { useTimeline } from './state/timeline.js';
import { stepText } from './stepText.js';
import { checkpointAt } from './values/steps.js';

export interface SpokenProps {
  readonly step: number;
  /** Of what is in sight and not known yet. */
  readonly status: NeedStatus;
}

/** Says what the checkpoint chosen predicts, whenever another one is chosen or it becomes known, and how far the rest is. */
export function Spoken({ step, status }: SpokenProps): VNode {
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
      <p>{said.join(' ')}</p>
      <p>{useSpokenProgress(status)}</p>
    </div>
  );
}
