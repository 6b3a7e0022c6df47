import { useEffect, useState } from 'preact/hooks';
import type { NeedStatus } from '../../protocol/panel.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';
import { useFrame } from '../state/frame.js';
import { stageText } from './stageText.js';

/** What is said of something that takes its time: that it begins, every quarter of the way, and its end. */
export function useSpokenProgress(status: NeedStatus): string {
  const { strings, percent } = useFrame();
  const [said, setSaid] = useState('');
  const next = spokenNext(said, status, strings, percent);
  useEffect(() => {
    setSaid(next);
  }, [next]);
  return next;
}

/** @param said what was said last; of what nothing was said, the end is not told either */
export function spokenNext(
  said: string,
  status: NeedStatus,
  strings: PanelStrings,
  percent: (fraction: number) => string,
): string {
  if (status.kind === 'working') {
    const stage = stageText(status.stage, strings);
    const quarters = Math.floor(4 * (status.fraction ?? 0));
    return quarters === 0 || quarters === 4
      ? `${stage}…`
      : fill(strings.stageProgress, { stage, percent: percent(quarters / 4) });
  }
  return said !== '' && status.kind === 'done' ? strings.announceFinished : '';
}
