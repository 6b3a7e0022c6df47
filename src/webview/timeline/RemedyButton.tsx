import type { VNode } from 'preact';
import type { Remedy } from '../../protocol/timeline.js';
import { Button } from '../toolkit/index.js';
import { useTimeline } from './state/timeline.js';

export interface RemedyButtonProps {
  /** By its id. */
  readonly run: string;
  readonly remedy: Remedy;
}

/** Asks for what a run's weights are put into. */
export function RemedyButton({ run, remedy }: RemedyButtonProps): VNode {
  const { strings, post } = useTimeline();
  return (
    <Button
      appearance="secondary"
      onClick={() => {
        post({ type: remedy, run });
      }}
    >
      {remedy === 'chooseGraph' ? strings.timelineChooseGraph : strings.timelineChooseReference}
    </Button>
  );
}
