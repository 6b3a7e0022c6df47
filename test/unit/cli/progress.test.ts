import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endProgress, watchedCall } from '../../../src/cli/progress.js';
import type { Terminal } from '../../../src/cli/terminal.js';

let written: string[] = [];
const terminal = (interactive: boolean): Terminal => ({
  print: () => expect.unreachable(),
  report: (text) => written.push(text),
  interactive,
});
const { signal } = new AbortController();
/** What the line says, without what clears the one before. */
const line = (): string => written.at(-1)?.replace('\r\x1b[K', '') ?? '';

beforeEach(() => {
  written = [];
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a stage says how far it is and, once that can be told, how long it will take', () => {
  const call = watchedCall(terminal(true), signal);
  call.progress('run', null);
  expect(line()).toBe('Explaining');
  // A quarter was there before: three quarters take 60 s at the pace of the first quarter of them.
  call.progress('score', 0.25);
  expect(line()).toBe('Scoring channels 25 %');
  vi.advanceTimersByTime(1000);
  call.progress('score', 0.2625);
  expect(line()).toBe('Scoring channels 26 %');
  vi.advanceTimersByTime(14_000);
  call.progress('score', 0.4375);
  expect(line()).toBe('Scoring channels 44 %, about 45 s left');
  vi.advanceTimersByTime(600_000);
  call.progress('score', 0.5);
  expect(line()).toBe('Scoring channels 50 %, about 21 min left');
  endProgress(terminal(true));
  expect(line()).toBe('');
});

test('nothing is shown where nobody watches', () => {
  watchedCall(terminal(false), signal).progress('score', 0.5);
  endProgress(terminal(false));
  expect(written).toEqual([]);
});
