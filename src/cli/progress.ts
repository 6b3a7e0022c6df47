import type { Call, Stage } from '../protocol/engineApi.js';
import type { Terminal } from './terminal.js';

const STAGE_TEXTS: Record<Stage, string> = {
  wait: 'Waiting',
  read: 'Reading the model',
  simplify: 'Simplifying the model',
  compile: 'Compiling the explanation',
  decode: 'Reading the picture',
  run: 'Explaining',
  score: 'Scoring channels',
};

const CLEAR_LINE = '\r\x1b[K';
/** What a stage has to last before its end is estimated, in seconds. */
const ESTIMATE_AFTER = 2;

/** A call of the engine that shows its progress in one line, where somebody watches. */
export function watchedCall(terminal: Terminal, signal: AbortSignal): Call {
  let begun: { readonly stage: Stage; readonly fraction: number; readonly time: number } | null = null;
  return {
    signal,
    progress(stage, fraction) {
      if (!terminal.interactive) return;
      const time = performance.now() / 1000;
      if (begun?.stage !== stage) begun = { stage, fraction: fraction ?? 0, time };
      const percent = fraction === null ? '' : ` ${Math.round(100 * fraction)} %`;
      const left =
        fraction === null ? null : secondsLeft(time - begun.time, fraction - begun.fraction, fraction);
      const estimate = left === null ? '' : `, about ${durationText(left)} left`;
      progressLine(terminal, `${STAGE_TEXTS[stage]}${percent}${estimate}`);
    },
  };
}

/** @param done the share of the whole that took the time @param fraction the share that is done */
function secondsLeft(elapsed: number, done: number, fraction: number): number | null {
  return done > 0 && elapsed >= ESTIMATE_AFTER ? (elapsed / done) * (1 - fraction) : null;
}

export function durationText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Shows progress in the place of what was shown before. */
export function progressLine(terminal: Terminal, text: string): void {
  terminal.report(`${CLEAR_LINE}${text}`);
}

/** Takes the line of the progress away. */
export function endProgress(terminal: Terminal): void {
  if (terminal.interactive) terminal.report(CLEAR_LINE);
}
