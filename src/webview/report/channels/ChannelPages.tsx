import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import { useReport } from '../state/report.js';
import { AT_ONCE, type ShownChannels } from './shownChannels.js';

export interface ChannelPagesProps {
  readonly known: ShownChannels;
  /** @param before how many channels come before those to be shown */
  readonly onTurn: (before: number) => void;
}

/** Which of the channels are in sight, and the ways to those before and behind. */
export function ChannelPages({ known: { found, shown, before }, onTurn }: ChannelPagesProps): VNode | null {
  const { strings, count } = useReport();
  if (found.length <= AT_ONCE) return null;
  const [first, last] = [count(before + 1), count(before + shown.length)];
  return (
    <span class="report-pages">
      <IconButton
        label={strings.reportChannelsBefore}
        icon="chevronLeft"
        disabled={before === 0}
        onClick={() => {
          onTurn(before - AT_ONCE);
        }}
      />
      <span role="status">
        {fill(strings.reportChannelsShown, { first, last, count: count(found.length) })}
      </span>
      <IconButton
        label={strings.reportChannelsBehind}
        icon="chevronRight"
        disabled={before + AT_ONCE >= found.length}
        onClick={() => {
          onTurn(before + AT_ONCE);
        }}
      />
    </span>
  );
}
