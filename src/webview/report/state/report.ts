import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Difference } from '../../../evaluation/compare.js';
import type { MetricTable } from '../../../evaluation/metricTable.js';
import type {
  ChannelToShow,
  OtherReport,
  ReportMessage,
  ShownReport,
} from '../../../evaluation/reportPage.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import type { Choice } from './choice.js';

/** What the parts of the page work with. */
export interface Report extends ShownReport {
  readonly strings: PanelStrings;
  readonly percent: (fraction: number) => string;
  readonly count: (number: number) => string;
  /** What a class is called, by its index. */
  readonly nameOf: (index: number) => string;
  readonly tables: readonly MetricTable[];
  /** Why the file cannot be shown as it is now; what it was before is shown instead. */
  readonly broken: string | null;
  readonly other: OtherReport | null;
  /** To the other report; empty without one. */
  readonly differences: readonly Difference[];
  readonly choice: Choice;
  /** The channel that is to be brought into sight; null where none is. */
  readonly asked: ChannelToShow | null;
  readonly choose: (change: Partial<Choice>) => void;
  readonly post: (message: ReportMessage) => void;
  /** Whether there is no host, which explains pictures and reads other reports. */
  readonly alone: boolean;
}

export const ReportContext = createContext<Report | null>(null);

export function useReport(): Report {
  const report = useContext(ReportContext);
  if (!report) throw new Error('useReport outside of a report');
  return report;
}
