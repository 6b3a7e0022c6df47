import * as v from 'valibot';
import { METHODS } from '../../../protocol/methods.js';
import type { TimelineState } from '../../../protocol/timeline.js';
import { KEPT_DISPLAY } from '../../state/keptDisplay.js';
import { CHOICE, FIRST_CHOICE, type Choice } from './choice.js';
import type { PageState } from './pageState.js';

const VERSION: TimelineState['version'] = 2;

const TIMELINE_STATE = v.object({
  version: v.literal(VERSION),
  runs: v.array(v.string()),
  pictures: v.array(v.string()),
  method: v.picklist(METHODS),
  targets: v.record(v.string(), v.number()),
  display: KEPT_DISPLAY,
  choice: v.unknown(),
});

/** What is kept of the page while it is hidden or closed; null before there is anything to keep. */
export function toKept({ timeline, display, choice }: PageState): TimelineState | null {
  if (!timeline) return null;
  const { runs, pictures, method } = timeline;
  return {
    version: VERSION,
    runs: runs.map(({ id }) => id),
    pictures: pictures.map(({ path }) => path),
    method,
    targets: Object.fromEntries(
      pictures.flatMap(({ path, target }) => (target?.by === 'user' ? [[path, target.index]] : [])),
    ),
    display,
    choice,
  };
}

/** The state kept by an earlier page; null where it is absent, of another version or damaged. */
export function readKept(value: unknown): TimelineState | null {
  const result = v.safeParse(TIMELINE_STATE, value);
  return result.success ? result.output : null;
}

/** What was chosen on an earlier page; as at first where that was of another shape. */
export function choiceOf(kept: TimelineState | null): Choice {
  const result = v.safeParse(CHOICE, kept?.choice);
  return result.success ? result.output : FIRST_CHOICE;
}
