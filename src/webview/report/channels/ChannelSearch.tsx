import type { VNode } from 'preact';
import { useReport } from '../state/report.js';

export interface ChannelSearchProps {
  /** null for all. */
  readonly channel: number | null;
  readonly onSearch: (channel: number | null) => void;
}

/** A channel by its number; all where none is typed. */
export function ChannelSearch({ channel, onSearch }: ChannelSearchProps): VNode {
  const { strings } = useReport();
  return (
    <label class="report-channel-search">
      {strings.reportChannelNumber}
      <input
        type="number"
        inputMode="numeric"
        min={0}
        step={1}
        value={channel ?? ''}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          onSearch(Number.isInteger(valueAsNumber) && valueAsNumber >= 0 ? valueAsNumber : null);
        }}
      />
    </label>
  );
}
