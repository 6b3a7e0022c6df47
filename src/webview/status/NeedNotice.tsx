import type { VNode } from 'preact';
import type { NeedStatus } from '../../protocol/panel.js';
import { fill } from '../common/format.js';
import { useFrame } from '../state/frame.js';
import { Button, ProgressRing } from '../toolkit/index.js';
import { stageText } from './WorkingNotice.js';

export interface NeedNoticeProps {
  readonly status: NeedStatus;
  readonly onCancel: () => void;
  /** Asks again for what is missing. */
  readonly onRetry: () => void;
}

/** How what is lacking fares: a line that is there only as long as something is lacking. */
export function NeedNotice({ status, onCancel, onRetry }: NeedNoticeProps): VNode | null {
  const { strings, percent } = useFrame();
  switch (status.kind) {
    case 'done':
      return null;
    case 'working': {
      const stage = status.stage ? stageText(status.stage, strings) : strings.working;
      const text =
        status.fraction === null
          ? `${stage}…`
          : fill(strings.stageProgress, { stage, percent: percent(Math.round(100 * status.fraction) / 100) });
      return (
        <div class="need-notice" role="status">
          <ProgressRing />
          <span class="need-text">{text}</span>
          <Button appearance="secondary" onClick={onCancel}>
            {strings.cancel}
          </Button>
        </div>
      );
    }
    case 'cancelled':
      return (
        <div class="need-notice" role="status">
          <span class="need-text">{strings.needCancelled}</span>
          <Button appearance="secondary" onClick={onRetry}>
            {strings.resume}
          </Button>
        </div>
      );
    case 'error':
      return (
        <div class="need-notice" role="alert">
          <span class="need-text">{status.text}</span>
          <Button appearance="secondary" onClick={onRetry}>
            {strings.retry}
          </Button>
        </div>
      );
  }
}
