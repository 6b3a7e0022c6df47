import type { Stage } from '../../protocol/engineApi.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';

/** What is being done. @param stage null before there is one */
export function stageText(stage: Stage | null, strings: PanelStrings): string {
  if (stage === null) return strings.working;
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
