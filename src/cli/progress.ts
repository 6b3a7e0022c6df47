import type { Call, Stage } from '../protocol/engineApi.js';
import type { Terminal } from './terminal.js';

const STAGE_TEXTS: Record<Stage, string> = {
  read: 'Reading the model',
  simplify: 'Simplifying the model',
  compile: 'Compiling the explanation',
  decode: 'Reading the picture',
  run: 'Explaining',
  score: 'Scoring channels',
};

const CLEAR_LINE = '\r\x1b[K';

/** A call of the engine that shows its progress in one line, where somebody watches. */
export function watchedCall(terminal: Terminal, signal: AbortSignal): Call {
  return {
    signal,
    progress(stage, fraction) {
      const percent = fraction === null ? '' : ` ${Math.round(100 * fraction)} %`;
      if (terminal.interactive) terminal.report(`${CLEAR_LINE}${STAGE_TEXTS[stage]}${percent}`);
    },
  };
}

/** Takes the line of the progress away. */
export function endProgress(terminal: Terminal): void {
  if (terminal.interactive) terminal.report(CLEAR_LINE);
}
