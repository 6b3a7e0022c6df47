import type { VNode } from 'preact';
import type { Stage } from '../../protocol/engineApi.js';
import { shareText } from '../common/format.js';
import { useFrame } from '../state/frame.js';
import { ProgressRing } from '../toolkit/index.js';
import { stageText } from './stageText.js';

export interface ProgressProps {
  /** null before there is one. */
  readonly stage: Stage | null;
  /** null where it is not known. */
  readonly fraction: number | null;
  /** How far it is, in words; in percents where nothing is said. */
  readonly far?: string;
}

/** What is being computed and how far it is. That it goes on is said by `useSpokenProgress`. */
export function Progress({ stage, fraction, far: told }: ProgressProps): VNode {
  const { strings, percent } = useFrame();
  const far = told ?? shareText(fraction ?? 0, percent);
  const doing = stageText(stage, strings);
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={doing}
      aria-valuenow={fraction === null ? undefined : Math.round(100 * fraction)}
      aria-valuetext={fraction === null ? undefined : far}
    >
      <ProgressRing />
      <span>{fraction === null ? `${doing}…` : `${doing} ${far}`}</span>
    </div>
  );
}
