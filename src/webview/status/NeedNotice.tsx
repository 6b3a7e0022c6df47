import type { VNode } from 'preact';
import type { NeedStatus } from '../../protocol/panel.js';
import { Icon } from '../common/icons.js';
import { useFrame } from '../state/frame.js';
import { Button } from '../toolkit/index.js';
import { Progress } from './Progress.js';

export interface NeedNoticeProps {
  readonly status: NeedStatus;
  readonly onCancel: () => void;
  /** Asks again for what is missing. */
  readonly onRetry: () => void;
}

/** How what is lacking fares: a line that is there only as long as something is lacking. */
export function NeedNotice({ status, onCancel, onRetry }: NeedNoticeProps): VNode | null {
  const { strings } = useFrame();
  switch (status.kind) {
    case 'done':
      return null;
    case 'working': {
      const { stage, fraction } = status;
      return (
        <div class="need-notice">
          <Progress stage={stage} fraction={fraction} />
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
          <Icon name="error" />
          <span class="need-text">{status.text}</span>
          <Button appearance="secondary" onClick={onRetry}>
            {strings.retry}
          </Button>
        </div>
      );
  }
}
