import { expect, test } from 'vitest';
import type { NeedStatus } from '../../../src/protocol/panel.js';
import { percentFormat } from '../../../src/protocol/numbers.js';
import { PANEL_STRINGS } from '../../../src/protocol/panelStrings.js';
import { spokenNext } from '../../../src/webview/status/spokenProgress.js';

const running = (fraction: number | null): NeedStatus => ({ kind: 'working', stage: 'score', fraction });

/** What is said of a run, repetitions left out, as a live region does. */
function heard(statuses: readonly NeedStatus[]): readonly string[] {
  let said = '';
  return statuses.flatMap((status) => {
    const next = spokenNext(said, status, PANEL_STRINGS, percentFormat('en'));
    const isNew = next !== said;
    said = next;
    return isNew ? [next] : [];
  });
}

test('progress is said at its start, at every quarter and at its end', () => {
  const whole = Array.from({ length: 101 }, (_, step) => running(step / 100));
  expect(heard([running(null), ...whole.slice(0, -1), { kind: 'done' }])).toEqual([
    'Masking channel by channel…',
    'Masking channel by channel 25%',
    'Masking channel by channel 50%',
    'Masking channel by channel 75%',
    'Finished.',
  ]);
});

test('of what never began, no end is said', () => {
  expect(heard([{ kind: 'done' }, { kind: 'done' }])).toEqual([]);
});

test('what was cancelled is not called finished', () => {
  expect(heard([running(0.1), { kind: 'cancelled' }])).toEqual(['Masking channel by channel…', '']);
});
