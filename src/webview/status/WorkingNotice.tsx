import type { VNode } from 'preact';
import type { Stage } from '../../protocol/engineApi.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';
import { usePage } from '../state/page.js';
import { isBusy, subjectOf } from '../state/pageState.js';
import { Button, ProgressRing } from '../toolkit/index.js';

/** What is being computed and how far it is, over the picture that is still shown meanwhile. */
export function WorkingNotice(): VNode | null {
  const { state, strings, percent, post } = usePage();
  const subject = subjectOf(state);
  if (!subject || !isBusy(subject)) return null;
  const { progress } = state;
  const stage = progress ? stageText(progress.stage, strings) : strings.working;
  const fraction = progress?.fraction ?? null;
  const text =
    fraction === null
      ? `${stage}…`
      : fill(strings.stageProgress, { stage, percent: percent(Math.round(100 * fraction) / 100) });
  return (
    <div class="working" role="status">
      <ProgressRing />
      <span>{text}</span>
      <Button
        appearance="secondary"
        onClick={() => {
          post({ type: 'cancel' });
        }}
      >
        {strings.cancel}
      </Button>
    </div>
  );
}

export function stageText(stage: Stage, strings: PanelStrings): string {
  const texts: Record<Stage, string> = {
    wait: strings.stageWait,
    read: strings.stageRead,
    simplify: strings.stageSimplify,
    compile: strings.stageCompile,
    decode: strings.stageDecode,
    run: strings.stageRun,
    score: strings.stageScore,
  };
  return texts[stage];
}
