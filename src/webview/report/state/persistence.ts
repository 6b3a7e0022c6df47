import * as v from 'valibot';
import type { ReportState } from '../../../evaluation/reportPage.js';
import { CHOICE, FIRST_CHOICE, type Choice } from './choice.js';
import type { PageState } from './pageState.js';

const VERSION: ReportState['version'] = 1;

const REPORT_STATE = v.object({
  version: v.literal(VERSION),
  other: v.nullable(v.string()),
  choice: v.unknown(),
});

/** What is kept of the page while it is hidden or closed. */
export function toKept({ other, choice }: PageState): ReportState {
  return { version: VERSION, other: other?.path ?? null, choice };
}

/** The state kept by an earlier page; null where it is absent, of another version or damaged. */
export function readKept(value: unknown): ReportState | null {
  const result = v.safeParse(REPORT_STATE, value);
  return result.success ? result.output : null;
}

/** What was chosen on an earlier page; as at first where that was of another shape. */
export function choiceOf(kept: ReportState | null): Choice {
  const result = v.safeParse(CHOICE, kept?.choice);
  return result.success ? result.output : FIRST_CHOICE;
}
