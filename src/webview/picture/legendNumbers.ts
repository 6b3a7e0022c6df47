import { formatValue } from '../../protocol/numbers.js';
import { ticksBetween } from '../common/ticks.js';
import type { Scale } from '../state/selectors.js';

/** About the width of a digit in pixels, and what is left between two numbers. */
const DIGIT = 7;
const GAP = 4;

export interface LegendNumbers {
  /** Whether the numbers at the ends are written. */
  readonly low: boolean;
  readonly high: boolean;
  /** Values between the ends that are written. */
  readonly between: readonly number[];
}

/**
 * Which numbers stand below a colour bar `width` pixels wide. Where evidence for the class turns into evidence against
 * it is always said: an end's number that would touch the zero gives way to it.
 */
export function legendNumbers(
  [low, high]: Scale,
  width: number,
  ends: Record<'low' | 'high', string> = { low: formatValue(low), high: formatValue(high) },
): LegendNumbers {
  const place = (at: number): number => (width * (at - low)) / (high - low);
  const widthOf = (value: number): number => DIGIT * formatValue(value).length;
  // The ends' numbers begin at the ends, one between stands around its place.
  const clearsLow = (at: number): boolean => place(at) - widthOf(at) / 2 - GAP > DIGIT * ends.low.length;
  const clearsHigh = (at: number): boolean =>
    width - place(at) - widthOf(at) / 2 - GAP > DIGIT * ends.high.length;
  const apart = (one: number, other: number): boolean =>
    Math.abs(place(one) - place(other)) > (widthOf(one) + widthOf(other)) / 2 + GAP;

  const hasZero = low < 0 && high > 0;
  const others = ticksBetween(low, high, 3).filter(
    (tick) => tick !== 0 && clearsLow(tick) && clearsHigh(tick) && (!hasZero || apart(tick, 0)),
  );
  return {
    low: !hasZero || clearsLow(0),
    high: !hasZero || clearsHigh(0),
    between: hasZero ? [0, ...others].sort((a, b) => a - b) : others,
  };
}
