import type { VNode } from 'preact';
import { Section } from '../../common/Section.js';
import { useReport } from '../state/report.js';
import { Failures } from './Failures.js';

/** Why what is marked in some pictures could not be read: they are in no mean that compares maps with it. */
export function Unread(): VNode | null {
  const { unread, strings } = useReport();
  if (unread.length === 0) return null;
  return (
    <Section title={strings.reportUnread}>
      <Failures groups={unread} />
    </Section>
  );
}
