import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill, shareText } from '../common/format.js';

/** Below this share, what is left cannot be told from what is through. */
const FIRST_GUESS = 0.02;

interface Start {
  readonly at: number;
  readonly fraction: number;
}

/** How many seconds something still takes; null until its pace is known. */
export function useSecondsLeft(fraction: number | null): number | null {
  const startRef = useRef<Start | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    const now = performance.now();
    // What is resumed begins in the middle; what begins anew is behind where it was.
    if (fraction === null) startRef.current = null;
    else if (!startRef.current || fraction < startRef.current.fraction)
      startRef.current = { at: now, fraction };
    setSeconds(startRef.current && fraction !== null ? secondsLeft(startRef.current, now, fraction) : null);
  }, [fraction]);
  return seconds;
}

/** From the pace since the start; null as long as it says nothing. */
export function secondsLeft(start: Start, now: number, fraction: number): number | null {
  const through = fraction - start.fraction;
  return through < FIRST_GUESS ? null : ((now - start.at) / 1000 / through) * (1 - fraction);
}

/** How far something is and how long it still takes. */
export function progressText(
  fraction: number,
  seconds: number | null,
  strings: PanelStrings,
  percent: (fraction: number) => string,
): string {
  const done = shareText(fraction, percent);
  if (seconds === null) return done;
  if (seconds < 90) return fill(strings.secondsLeft, { percent: done, seconds: Math.ceil(seconds) });
  return fill(strings.minutesLeft, { percent: done, minutes: Math.round(seconds / 60) });
}
